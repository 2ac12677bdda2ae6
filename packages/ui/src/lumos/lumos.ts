import type {
  AgentId,
  ErrorDescription,
  Identity,
  LoadProgress,
  LumosClient,
  ModelId,
  PlaceKind,
} from '@lomusai/client-js'
import { Observable } from '../observable.ts'
import type { PlaceChoice, Settings } from '../settings/settings.ts'
import { openCloudClient } from './cloud-place.ts'
import { describeError } from './describe-error.ts'
import type { LocalPlace } from './local-place.ts'
import type { PeerPlace } from './peer-place.ts'
import { Place } from './place.ts'

/** This page's identity, and the three places it can ask. Heavy code loads with the place that needs it. */
export class Lumos {
  readonly places: Record<PlaceKind, Place>
  /** Set while this page loads a model for its local place. */
  readonly loading = new Observable<LoadProgress | undefined>(undefined)
  /** Why the model asked for last could not be loaded. */
  readonly loadFailure = new Observable<ErrorDescription | undefined>(undefined)
  /** This page's own libp2p node, once the peer place was used. */
  readonly peer = new Observable<PeerPlace | undefined>(undefined)
  #local: LocalPlace | undefined
  #peerStart: Promise<PeerPlace> | undefined

  constructor(
    readonly settings: Observable<Settings>,
    readonly identity: Promise<Identity>,
  ) {
    const hasPeers = settings.get().peerAddresses.length > 0
    this.places = {
      local: new Place('local', 'idle', () => this.#openLocal()),
      cloud: new Place('cloud', 'connecting', () => this.#openCloud()),
      peer: new Place('peer', hasPeers ? 'idle' : 'not-set-up', () => this.#openPeer()),
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
      await this.#local?.load(this.modelId('local'), progress => this.loading.set(progress), signal)
    } catch (error) {
      if (!signal?.aborted) this.loadFailure.set(describeError(error))
      throw error
    } finally {
      this.loading.set(undefined)
    }
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
    return openCloudClient(this.serverUrl, this.identity)
  }

  async #openLocal(): Promise<LumosClient> {
    const { openLocalPlace } = await import('./local-place.ts')
    this.#local = await openLocalPlace(await this.identity)
    this.settings.update(settings => ({ ...settings, hasUsedLocal: true }))
    return this.#local.client
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
    const peer = await startPeerPlace(await this.identity)
    this.peer.set(peer)
    return peer
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
