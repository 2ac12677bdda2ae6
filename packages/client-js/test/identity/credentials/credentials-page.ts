import {
  createPresentation,
  createPresentationReplays,
  createStatusChecker,
  createStatusListKeeper,
  issueCredential,
  issueSdCredential,
  presentSdCredential,
  verifyPresentation,
  verifySdCredential,
} from '@lomusai/client-js/credentials'
import { IdbStore } from '@lomusai/client-js/host'
import {
  appendToDidLog,
  createDidLog,
  createDidResolver,
  createIdentity,
  createKeyDirectory,
  DidLogStore,
  decodeDidLog,
  verifyDidLog,
} from '@lomusai/client-js/identity'

const hour = 3_600_000
const audience = 'https://verifier.example'
const nonce = 'question-1'
const url = 'https://acme.example/status/1'
const code = (error: { code?: string }) => error.code ?? String(error)

/** A person with two devices, whom an issuer knows, and what the verifier needs. */
async function parties() {
  const [issuer, phone, laptop, words] = await Promise.all([1, 2, 3, 4].map(() => createIdentity()))
  if (!issuer || !phone || !laptop || !words) throw new Error('no identity')
  const log = await createDidLog({
    devices: [{ key: phone.did, label: 'Phone' }],
    recoveryKeys: [words.did],
    signer: phone,
  })
  const both = await appendToDidLog(log, { type: 'add-device', key: laptop.did, label: 'Laptop' }, phone)
  const store = new IdbStore({ name: 'credentials' })
  const didLogs = new DidLogStore({ store })
  const { did: person } = await didLogs.offer(both)
  const resolver = createDidResolver({ didLogs })
  const keeper = createStatusListKeeper({ store, url, issuer: { did: issuer.did, identity: issuer } })
  const status = createStatusChecker({ resolver, source: () => keeper.publish(), maxAgeMs: 0 })
  const policy = { trustedIssuers: [issuer.did], type: 'TeamMembershipCredential', resolver, status }
  const replays = createPresentationReplays({ store })
  return { issuer, phone, laptop, words, both, didLogs, person, resolver, keeper, policy, replays }
}

/** What the spec beside this file calls in the page. */
const calls = {
  /** What the page makes of a log that was made elsewhere. */
  async readLog(text: string) {
    const { did, head, keys } = await verifyDidLog(decodeDidLog(text))
    return { did, head, keys }
  },

  /** How many keys speak for a person before and after a device is removed. */
  async removeDevice() {
    const { both, didLogs, person, words, laptop } = await parties()
    const directory = createKeyDirectory({ didLogs })
    const before = (await directory.keysOf(person)).length
    await didLogs.offer(await appendToDidLog(both, { type: 'remove-device', key: laptop.did }, words))
    return [before, (await directory.keysOf(person)).length]
  },

  async presentAndRevoke() {
    const { issuer, laptop, person, resolver, keeper, policy, replays } = await parties()
    const entry = await keeper.allocate()
    const credential = await issueCredential({
      issuer: { did: issuer.did, identity: issuer },
      subject: person,
      types: ['TeamMembershipCredential'],
      claims: { team: 'Blue' },
      validForMs: hour,
      status: entry,
    })
    const holder = { did: person, identity: laptop }
    const present = () => createPresentation({ holder, credentials: [credential], audience, nonce })
    const verify = (jwt: string) =>
      verifyPresentation(jwt, { audience, nonce, replays, credentials: [policy], resolver }).then(
        ({ credentials }) => credentials.map(({ claims }) => claims),
        code,
      )
    const presentation = await present()
    const first = await verify(presentation)
    const again = await verify(presentation)
    await keeper.revoke(entry)
    return { first, again, revoked: await verify(await present()) }
  },

  async showPart() {
    const { issuer, phone, policy, replays } = await parties()
    const type = 'https://acme.example/member'
    const sdJwt = await issueSdCredential({
      issuer: { did: issuer.did, identity: issuer },
      type,
      holder: phone.did,
      claims: { team: 'Blue', email: 'anna@example.com', role: 'member' },
      disclosable: ['/email', '/role'],
      validForMs: hour,
    })
    const presentation = await presentSdCredential({
      sdJwt,
      holder: phone,
      disclose: ['/role'],
      audience,
      nonce,
    })
    const { claims } = await verifySdCredential(presentation, { ...policy, type, audience, nonce, replays })
    return claims
  },
}

export type CredentialCalls = typeof calls
Object.assign(globalThis, { calls })
