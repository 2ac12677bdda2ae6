import { createJWT } from 'did-jwt'
import type { Identity, JsonObject, PrincipalDid } from '../../../src/contracts/index.ts'
import { base64url, utf8 } from '../../../src/core/index.ts'
import {
  type CredentialPolicy,
  createPresentationReplays,
  createStatusChecker,
  createStatusListKeeper,
  type StatusListKeeper,
} from '../../../src/identity/credentials/index.ts'
import {
  createDidResolver,
  createWebDidDocument,
  DidLogStore,
  type LumosDid,
} from '../../../src/identity/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { type Cast, createCast } from '../did-log/cast.ts'

export const hour = 3_600_000
export const listUrl = 'https://acme.example/status/1'
/** W3C Bitstring Status List v1.0, example of a status list credential: 131,072 clear bits. */
export const emptyList = 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA'

/** An organisation that issues, a person with two devices who holds, a verifier, and somebody else. */
export interface Parties extends Cast {
  organisation: PrincipalDid
  issuer: { did: PrincipalDid; identity: Identity; keyId: string }
  person: LumosDid
  didLogs: DidLogStore
  resolver: ReturnType<typeof createDidResolver>
  verifier: PrincipalDid
  keeper: StatusListKeeper
  /** What is at the list's URL; an error when it does not answer. */
  published: { list: string | Error | undefined; askedCount: number }
  policy: CredentialPolicy
  store: MemoryStore
}

export async function createParties(): Promise<Parties> {
  const cast = await createCast()
  const { clock, tablet, stranger } = cast
  const organisation = 'did:web:acme.example' as PrincipalDid
  const didLogs = new DidLogStore({ store: new MemoryStore(), clock })
  const { did: person } = await didLogs.offer(cast.log)
  const document = createWebDidDocument(organisation, { 'key-1': tablet.did })
  const resolver = createDidResolver({
    didLogs,
    clock,
    fetch: (async () => Response.json(document)) as unknown as typeof fetch,
  })
  const issuer = { did: organisation, identity: tablet, keyId: 'key-1' }
  const store = new MemoryStore()
  const keeper = createStatusListKeeper({ store, issuer, url: listUrl, clock })
  const published: Parties['published'] = { list: undefined, askedCount: 0 }
  const status = createStatusChecker({
    resolver,
    clock,
    maxAgeMs: 60_000,
    source: async () => {
      published.askedCount++
      if (published.list instanceof Error) throw published.list
      return published.list
    },
  })
  const policy = { trustedIssuers: [organisation], type: 'TeamMembershipCredential', resolver, status, clock }
  return {
    ...cast,
    organisation,
    issuer,
    person,
    didLogs,
    resolver,
    verifier: stranger.did,
    keeper,
    published,
    policy,
    store,
  }
}

export const freshReplays = (parties: Parties) =>
  createPresentationReplays({ store: new MemoryStore(), clock: parties.clock })

/** What `identity` signs when it does not ask our code what makes sense. */
export function signAnything(
  payload: JsonObject,
  header: JsonObject,
  { did, identity }: { did: PrincipalDid; identity: Identity },
): Promise<string> {
  const signer = async (data: string | Uint8Array) =>
    base64url.encode(await identity.sign(typeof data === 'string' ? utf8.encode(data) : data))
  return createJWT(payload, { issuer: did, signer }, { alg: 'EdDSA', ...header } as object)
}

export function partsOf(jwt: string): [header: JsonObject, payload: JsonObject, signature: string] {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const read = (part: string) => JSON.parse(utf8.decode(base64url.decode(part)))
  return [read(header), read(payload), signature]
}

/** The parts put together again, with the signature as it was. */
export function joined(header: unknown, payload: unknown, signature: string): string {
  const write = (value: unknown) => base64url.encode(utf8.encode(JSON.stringify(value)))
  return `${write(header)}.${write(payload)}.${signature}`
}
