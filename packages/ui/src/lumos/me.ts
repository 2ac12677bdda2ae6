import { type ErrorDescription, type Identity, isLumosError, type PrincipalDid } from '@lomusai/client-js'
import type { DidLog, Person, PersonDevice } from '@lomusai/client-js/identity'
import { Observable } from '../observable.ts'
import { describeError } from './describe-error.ts'
import type { BrowserPersonPlace, Protection } from './person-place.ts'

/** A person on this browser, as the page shows them. */
export interface PersonHere {
  state: 'person'
  person: Person
  /** Most senior first. */
  devices: PersonDevice[]
  /** Nothing can be signed until it is unlocked. */
  isLocked: boolean
}

/** `nobody`: the page's own key speaks for itself. */
export type MeState =
  | { state: 'opening' | 'nobody' }
  | { state: 'failed'; error: ErrorDescription }
  | PersonHere

/** What a client is made with. */
export interface Signer {
  identity: Identity
  credentials?: { subject: PrincipalDid }
}

/** Who this page is: a person with several devices or, until there is one, a key made in this browser. */
export class Me {
  readonly state = new Observable<MeState>({ state: 'opening' })
  readonly #pageKey: Promise<Identity>
  readonly #opened: Promise<void>

  constructor(pageKey: Promise<Identity>) {
    this.#pageKey = pageKey
    this.#opened = this.#open()
  }

  /** Resolves once it is known who this is. @throws {LumosError} `identity-unavailable`, `storage-failed` */
  async signer(): Promise<Signer> {
    await this.#opened
    const me = this.state.get()
    if (me.state !== 'person') return { identity: await this.#pageKey }
    return { identity: me.person.device, credentials: { subject: me.person.did } }
  }

  /** Where a person is kept whose key is made now. */
  async place(protection: Protection = 'device'): Promise<BrowserPersonPlace> {
    const { openPersonPlace } = await import('./person-place.ts')
    return openPersonPlace(protection)
  }

  /** From now on this page is that person. */
  async become(person: Person): Promise<void> {
    await this.#opened
    await this.#show(person)
  }

  /** Shows what is known of the person's devices now. */
  async refresh(): Promise<void> {
    const me = this.state.get()
    if (me.state === 'person') await this.#show(me.person)
  }

  /** Asks for the passkey. @throws {KeyUnavailableError} */
  async unlock(): Promise<void> {
    const me = this.state.get()
    if (me.state !== 'person') return
    await me.person.device.unlock()
    await this.refresh()
  }

  /** Takes in what a node knows of the person's devices; what does not hold is left alone. */
  async learn(log: unknown): Promise<void> {
    const me = this.state.get()
    if (me.state !== 'person' || log === undefined) return
    try {
      await me.person.learn(log as DidLog)
    } catch (error) {
      if (!isLumosError(error)) throw error
    }
    await this.refresh()
  }

  /** Forgets the person and their key on this browser. */
  async forget(): Promise<void> {
    const { keyStore, store } = await this.place()
    const me = this.state.get()
    if (me.state === 'person') await keyStore.delete(me.person.device.name)
    const keys: string[] = []
    for await (const { key } of store.list({ prefix: '' })) keys.push(key)
    await store.batch(keys.map(key => ({ type: 'delete', key })))
    this.state.set({ state: 'nobody' })
  }

  async #open(): Promise<void> {
    try {
      const { openPerson } = await import('@lomusai/client-js/identity')
      await this.#show(await openPerson(await this.place()))
    } catch (cause) {
      const error = describeError(cause)
      this.state.set(error.code === 'not-found' ? { state: 'nobody' } : { state: 'failed', error })
    }
  }

  async #show(person: Person): Promise<void> {
    const devices = await person.listDevices()
    this.state.set({ state: 'person', person, devices, isLocked: person.device.isLocked })
  }
}

/** Whether another device took this one away from the person. */
export function isRemoved(me: MeState): boolean {
  return me.state === 'person' && !me.devices.some(({ isThisDevice }) => isThisDevice)
}
