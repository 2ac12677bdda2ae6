import { createClient, isLumosError } from '@lomusai/client-js'
import {
  createKeyStore,
  createPerson,
  createVerifier,
  openPerson,
  type Person,
  pairDevice,
} from '@lomusai/client-js/identity'
import { IdbStore } from '../../../src/stores/idb-store.ts'

const place = {
  keyStore: createKeyStore({ directory: 'lumos-keys', protection: 'passkey' }),
  store: new IdbStore({ name: 'lumos-person' }),
}
const message = new TextEncoder().encode('I said this.')

let person: Person
let pairing: Promise<Person>
let answer: (isSame: boolean) => void
let accepted: Awaited<ReturnType<Person['acceptPairing']>>

const facts = () => ({ did: person.did, device: person.device.did, isLocked: person.device.isLocked })

/** What the spec beside this file calls in the page. */
const calls = {
  async create(label: string) {
    const created = await createPerson({ ...place, label })
    person = created.person
    return { ...facts(), words: created.words }
  },

  async open() {
    person = await openPerson(place)
    return facts()
  },

  async unlock() {
    await person.device.unlock()
    return facts()
  },

  lock() {
    person.device.lock()
  },

  /** Whether a signature verifies, or the code of the refusal. */
  async sign() {
    try {
      const signature = await person.device.sign(message)
      return await createVerifier().verify(person.device.did, message, signature)
    } catch (error) {
      return isLumosError(error) ? error.code : String(error)
    }
  },

  /** A new device: the link it shows. */
  startPairing(baseUrl: string): Promise<string> {
    const client = createClient({ baseUrl })
    const code = Promise.withResolvers<string>()
    Object.assign(globalThis, { code: code.promise })
    return new Promise((onLink, reject) => {
      pairing = pairDevice({
        ...place,
        channel: client.pairingChannel(),
        label: 'Phone',
        onLink,
        onCode: shown => {
          code.resolve(shown)
          return new Promise(resolve => {
            answer = resolve
          })
        },
      }).finally(() => client.stop())
      pairing.catch(reject)
    })
  },

  shownCode: () => (globalThis as unknown as { code: Promise<string> }).code,

  async finishPairing(isSame: boolean) {
    answer(isSame)
    person = await pairing
    return facts()
  },

  /** The device that lets the new one in: what it shows before it does. */
  async accept(link: string, baseUrl: string) {
    const client = createClient({ baseUrl })
    accepted = await person.acceptPairing(link, { channel: client.pairingChannel() })
    return { label: accepted.label, code: accepted.code, device: accepted.device }
  },

  letIn: () => accepted.confirm(),

  listDevices: () => person.listDevices(),

  removeDevice: (device: string) => person.removeDevice(device as Person['device']['did']),

  /** Tells a host who speaks for the person now. */
  async tell(baseUrl: string) {
    await using client = createClient({ baseUrl, identity: person.device })
    await client.didLogs.put(await person.log())
  },

  /** How a host answers this device when it asks for the person's data. */
  async ask(baseUrl: string): Promise<string> {
    await using client = createClient({
      baseUrl,
      identity: person.device,
      credentials: { subject: person.did },
      timeoutMs: 5000,
    })
    return await client.getMemoryThreads().then(
      threads => `${threads.length} threads`,
      error => (isLumosError(error) ? error.code : String(error)),
    )
  },
}

export type PersonCalls = typeof calls
Object.assign(globalThis, { calls })
