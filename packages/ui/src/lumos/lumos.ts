import {
  type AgentId,
  type ErrorDescription,
  type Identity,
  type LoadProgress,
  type LumosClient,
  LumosError,
  type ModelId,
  type PlaceKind,
} from '@lomusai/client-js'
import type { Person } from '@lomusai/client-js/identity'
import type { ModelStore } from '@lomusai/client-js/inference'
import { Observable } from '../observable.ts'
import type { PlaceChoice, Settings } from '../settings/settings.ts'
import { openCloudClient } from './cloud-place.ts'
import { describeError } from './describe-error.ts'
import type { LocalPlace } from './local-place.ts'
import { Me } from './me.ts'
import type { PeerPlace } from './peer-place.ts'
import { Place, placeKinds } from './place.ts'

/** Who this page is, and the three places it can ask. Heavy code loads with the place that needs it. */
export class Lumos {
  readonly me: Me
  readonly places: Record<PlaceKind, Place>
  /** Set while this page loads a model for its local place. */
  readonly loading = new Observable<LoadProgress | undefined>(undefined)
  /** Why the model asked for last could not be loaded. */
  readonly loadFailure = new Observable<ErrorDescription | undefined>(undefined)
  /** This page's own libp2p node, once the peer place was used. */
  readonly peer = new Observable<PeerPlace | undefined>(undefined)
  /** Whether a place learns from ratings; absent before it was asked. */
  readonly learns = new Observable<Partial<Record<PlaceKind, boolean>>>({})
  readonly #pageKey: Promise<Identity>
  #localStart: Promise<LocalPlace> | undefined
  #peerStart: Promise<PeerPlace> | undefined

  constructor(
    readonly settings: Observable<Settings>,
    pageKey: Promise<Identity>,
  ) {
    this.#pageKey = pageKey
    this.me = new Me(pageKey)
    const introduce = (place: PlaceKind) => async (client: LumosClient, signal: AbortSignal) => {
      await this.#askWhetherItLearns(place, client, signal)
      await this.#introduce(client, signal)
    }
    const hasPeers = settings.get().peerAddresses.length > 0
    this.places = {
      local: new Place('local', 'idle', () => this.#openLocal(), introduce('local')),
      cloud: new Place('cloud', 'connecting', () => this.#openCloud(), introduce('cloud')),
      peer: new Place('peer', hasPeers ? 'idle' : 'not-set-up', () => this.#openPeer(), introduce('peer')),
    }
    settings.subscribe(this.#followAddresses())
  }

  /** The server's origin. */
  get serverUrl(): string {
    return this.settings.get().serverUrl || location.origin
  }

  /** The place a choice means now: for `auto` the first of local, cloud and peer that runs; at last local. */
  resolve(choice: PlaceChoice = this.settings.get().place): PlaceKind {
    if (choice !== 'auto') return choice
    const { local, cloud, peer } = this.places
    if (local.status.get().state === 'ready') return 'local'
    if (cloud.status.get().state !== 'unreachable') return 'cloud'
    const peerState = peer.status.get().state
    return peerState === 'ready' || peerState === 'idle' ? 'peer' : 'local'
  }

  client(place: PlaceKind): Promise<LumosClient> {
    return this.places[place].client()
  }

  /** The key that signs this page's requests. */
  async identity(): Promise<Identity> {
    return (await this.me.signer()).identity
  }

  /** From now on this page is that person, in every place. */
  async become(person: Person): Promise<void> {
    await this.me.become(person)
    await this.#reopen()
  }

  /** Makes one change to the person's devices, and tells every place. */
  async changePerson<T>(change: (person: Person) => Promise<T>): Promise<T> {
    const me = this.me.state.get()
    if (me.state !== 'person') throw new LumosError('not-found', 'Nobody is here to change.')
    const result = await change(me.person)
    await this.me.refresh()
    await Promise.all(placeKinds.map(kind => this.places[kind].introduceAgain()))
    return result
  }

  /** Gives this device a new key; what signs changes in every place. */
  async renewKey(): Promise<void> {
    const me = this.me.state.get()
    if (me.state !== 'person') throw new LumosError('not-found', 'Nobody is here to change.')
    await me.person.rotate()
    await this.become(me.person)
  }

  /** Asks for the passkey, and goes on where a locked key stopped. */
  async unlock(): Promise<void> {
    await this.me.unlock()
    const { local, cloud, peer } = this.places
    void cloud.check()
    for (const place of [local, peer]) {
      if (['failed', 'unreachable'].includes(place.status.get().state)) void place.check()
    }
  }

  /** Forgets the person on this browser; the page's own key speaks again. */
  async leave(): Promise<void> {
    await this.me.forget()
    await this.#reopen()
  }

  /** The model chosen for a place; absent for the place's default. */
  modelId(place: PlaceKind): ModelId | undefined {
    return this.settings.get().modelIds[place]
  }

  chooseModel(place: PlaceKind, modelId: ModelId | undefined): void {
    const { [place]: _replaced, ...others } = this.settings.get().modelIds
    const modelIds = modelId === undefined ? others : { ...others, [place]: modelId }
    this.settings.update(settings => ({ ...settings, modelIds }))
    // A failure is shown where the model was chosen.
    if (place === 'local') this.prepareLocal().catch(() => undefined)
  }

  chooseAgent(agentId: AgentId): void {
    this.settings.update(settings => ({ ...settings, agentId }))
  }

  /** Makes the page's local place ready to answer: loads the chosen model and says how far it is. */
  async prepareLocal(signal?: AbortSignal): Promise<void> {
    this.loadFailure.set(undefined)
    try {
      await this.client('local')
      const local = await this.#startLocal()
      await local.load(this.modelId('local'), progress => this.loading.set(progress), signal)
    } catch (error) {
      if (!signal?.aborted) this.loadFailure.set(describeError(error))
      throw error
    } finally {
      this.loading.set(undefined)
    }
  }

  /** Downloads a model for the local place, and starts it. The one in use stays the one in use. */
  async loadLocal(
    modelId: ModelId,
    onProgress: (progress: LoadProgress) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const local = await this.#startLocal()
    await local.load(modelId, onProgress, signal)
  }

  /** Lets the page's own node learn from ratings, or no more. It starts anew where it ran. */
  async setLearning(learns: boolean): Promise<void> {
    this.settings.update(settings => ({ ...settings, learns }))
    const running = this.#localStart
    if (running === undefined) return
    this.#localStart = undefined
    await this.places.local.reset('idle')
    await running.then(local => local.stop())
    await this.places.local.check()
  }

  /** What this browser keeps of models. */
  async downloads(): Promise<ModelStore> {
    return (await this.#startLocal()).downloads()
  }

  /** Connects this page to a peer, and makes the peer place use it from now on. Resolves to its PeerId. */
  async dial(address: string, signal?: AbortSignal): Promise<string> {
    const peer = await this.#startPeer()
    const peerId = await peer.dial(address, signal)
    const { peerAddresses } = this.settings.get()
    if (!peerAddresses.includes(address)) {
      this.settings.update(settings => ({ ...settings, peerAddresses: [address, ...peerAddresses] }))
    }
    await this.places.peer.check(signal)
    return peerId
  }

  async #openCloud(): Promise<LumosClient> {
    return openCloudClient(this.serverUrl, await this.me.signer())
  }

  async #openLocal(): Promise<LumosClient> {
    const local = await this.#startLocal()
    this.settings.update(settings => ({ ...settings, hasUsedLocal: true }))
    return local.openClient(await this.me.signer())
  }

  /** One node per page, whoever uses it. */
  #startLocal(): Promise<LocalPlace> {
    this.#localStart ??= this.#loadLocal().catch(error => {
      this.#localStart = undefined
      throw error
    })
    return this.#localStart
  }

  async #loadLocal(): Promise<LocalPlace> {
    const { openLocalPlace } = await import('./local-place.ts')
    const { learns } = this.settings.get()
    // Another model that was chosen is loaded when it is asked: it may be large.
    const warmUp = this.modelId('local') === undefined
    return openLocalPlace({ identity: await this.#pageKey, learns, warmUp })
  }

  async #openPeer(): Promise<LumosClient> {
    const peer = await this.#startPeer()
    return peer.openClient(this.settings.get().peerAddresses)
  }

  /** One libp2p node per page, whatever addresses it dials. */
  #startPeer(): Promise<PeerPlace> {
    this.#peerStart ??= this.#loadPeer().catch(error => {
      this.#peerStart = undefined
      throw error
    })
    return this.#peerStart
  }

  async #loadPeer(): Promise<PeerPlace> {
    const { startPeerPlace } = await import('./peer-place.ts')
    const peer = await startPeerPlace(await this.me.signer())
    this.peer.set(peer)
    return peer
  }

  /** A node that does not tell learns nothing that we could see. */
  async #askWhetherItLearns(place: PlaceKind, client: LumosClient, signal: AbortSignal): Promise<void> {
    const policies = await client.adaptation.list({ signal }).catch(() => [])
    this.learns.update(learns => ({ ...learns, [place]: policies.length > 0 }))
  }

  /** Learns what a node knows of the person's devices, and tells it what is known here. */
  async #introduce(client: LumosClient, signal: AbortSignal): Promise<void> {
    const me = this.me.state.get()
    if (me.state !== 'person') return
    await this.me.learn(await client.didLogs.get(me.person.did, { signal }))
    await client.didLogs.put(await me.person.log({ signal }), { signal })
  }

  /** Who signs has changed: what was open is closed, and opened again where it was in use. */
  async #reopen(): Promise<void> {
    const { local, cloud, peer } = this.places
    const used = [local, peer].filter(({ status }) => ['ready', 'connecting'].includes(status.get().state))
    const hasPeers = this.settings.get().peerAddresses.length > 0
    const peerStart = this.#peerStart
    this.#peerStart = undefined
    this.peer.set(undefined)
    await Promise.all([
      local.reset('idle'),
      cloud.reset('connecting'),
      peer.reset(hasPeers ? 'idle' : 'not-set-up'),
    ])
    await peerStart?.then(node => node.stop()).catch(() => undefined)
    await cloud.check()
    for (const place of used) void place.check()
  }

  /** A changed address closes what was open to the old one. */
  #followAddresses(): () => void {
    let known = this.settings.get()
    return () => {
      const current = this.settings.get()
      if (current.serverUrl !== known.serverUrl) void this.places.cloud.reset('connecting')
      if (current.peerAddresses !== known.peerAddresses) {
        void this.places.peer.reset(current.peerAddresses.length > 0 ? 'idle' : 'not-set-up')
      }
      known = current
    }
  }
}
