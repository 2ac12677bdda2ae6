import type { SharedOrigin, ThreadPort } from '#platform'
import { LumosError, type ModelCatalog } from '../../contracts/index.ts'
import { createId, raceSignal } from '../../core/index.ts'
import { listenTo } from '../message-channel.ts'
import { serveModelCatalog } from '../serve-model-catalog.ts'
import { createWorkerModelCatalog } from '../worker-model-catalog.ts'
import { LeasedModels } from './leased-models.ts'
import type { TabId, TabMessage } from './tab-message.ts'
import { TabPort } from './tab-port.ts'

export interface TabEnginesOptions {
  origin: SharedOrigin
  /** Tabs with the same name share; those with other settings need another. */
  name: string
  /** Makes the catalogue that computes; called in the one tab that leads. */
  open: () => ModelCatalog
}

/** Where models compute now: in this tab, or in the one that leads. */
export interface Engine {
  catalog: ModelCatalog
  /** Why calls to it fail, once its tab is gone. */
  lost?: LumosError
}

interface Leader {
  id: TabId
  port: TabPort
  engine: Engine
}

/**
 * Finds the tab that computes, or is it. Who holds the lock of the name leads; every tab waits for it, so that one
 * follows at once when the leader is gone. Each tab also holds a lock of its own, by which the others learn of its end.
 */
export class TabEngines {
  readonly #options: TabEnginesOptions
  readonly #id: TabId = createId()
  readonly #channel: ThreadPort
  readonly #stopping = new AbortController()
  readonly #guests = new Map<TabId, TabPort>()
  #current = Promise.withResolvers<Engine>()
  #leader: Leader | undefined
  #models: LeasedModels | undefined
  #isStopped = false
  #stopped: Promise<void> | undefined

  constructor(options: TabEnginesOptions) {
    this.#options = options
    const { origin, name } = options
    this.#channel = origin.openChannel(name)
    listenTo(this.#channel, {
      onMessage: message => this.#receive(message as TabMessage),
      onFailure: () => {},
    })
    this.#current.promise.catch(() => {})
    this.#hold(lifeOf(name, this.#id), () => {
      this.#hold(name, () => this.#lead())
      if (this.#leader === undefined) this.#post({ type: 'who' })
    })
  }

  /** Rejects once stopped. */
  current(): Promise<Engine> {
    return this.#current.promise
  }

  /** Another tab goes on computing for the others. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end()
    return this.#stopped
  }

  async #end(): Promise<void> {
    const stopped = new LumosError('model-unavailable', 'The model catalogue was stopped.')
    this.#isStopped = true
    this.#current.reject(stopped)
    this.#await()
    this.#current.reject(stopped)
    // Nobody hears of calls that end now: they go on in another tab.
    const guests = [...this.#guests.values()]
    this.#guests.clear()
    for (const guest of guests) guest.fail(stopped)
    await Promise.all([this.#leader?.engine.catalog.stop(), this.#models?.stop()])
    this.#stopping.abort(stopped)
    this.#channel.close?.()
  }

  /** From now on, who asks waits for the next engine. */
  #await(): void {
    this.#current = Promise.withResolvers()
    this.#current.promise.catch(() => {})
  }

  #lead(): void {
    if (this.#isStopped) return
    const models = new LeasedModels(this.#options.open())
    this.#models = models
    this.#lose()
    this.#current.resolve({ catalog: models.lendTo(this.#id) })
    this.#announce()
  }

  #receive(message: TabMessage): void {
    if (message.type === 'port') {
      if (message.to === this.#id) this.#portFrom(message.from)?.receive(message.body)
    } else if (message.type === 'leader') {
      this.#follow(message.id)
    } else if (this.#models !== undefined) {
      this.#announce()
    }
  }

  #follow(id: TabId): void {
    if (id === this.#leader?.id || this.#models !== undefined || this.#isStopped) return
    this.#lose()
    const port = new TabPort(body => this.#post({ type: 'port', from: this.#id, to: id, body }))
    const engine: Engine = { catalog: createWorkerModelCatalog(port, undefined) }
    this.#leader = { id, port, engine }
    this.#current.resolve(engine)
    void this.#whenGone(id, () => {
      if (this.#leader?.id !== id) return
      this.#lose()
      if (!this.#isStopped) this.#post({ type: 'who' })
    })
  }

  /** Calls to the tab that led fail; whoever made them waits for the next. */
  #lose(): void {
    const leader = this.#leader
    if (leader === undefined) return
    this.#leader = undefined
    if (!this.#isStopped) this.#await()
    leader.engine.lost = new LumosError('connection-lost', 'The tab that computed was closed.')
    leader.port.fail(leader.engine.lost)
  }

  /** The port of the leader, or of a tab that this one computes for. */
  #portFrom(id: TabId): TabPort | undefined {
    if (this.#leader?.id === id) return this.#leader.port
    const models = this.#models
    if (models === undefined || this.#isStopped) return undefined
    return this.#guests.get(id) ?? this.#welcome(id, models)
  }

  #welcome(id: TabId, models: LeasedModels): TabPort {
    const port = new TabPort(body => {
      if (this.#guests.has(id)) this.#post({ type: 'port', from: this.#id, to: id, body })
    })
    const lent = models.lendTo(id)
    this.#guests.set(id, port)
    serveModelCatalog(port, () => lent)
    void this.#whenGone(id, () => {
      this.#guests.delete(id)
      port.fail(undefined)
    })
    return port
  }

  #announce(): void {
    if (!this.#isStopped) this.#post({ type: 'leader', id: this.#id })
  }

  #post(message: TabMessage): void {
    this.#channel.postMessage(message)
  }

  /** Holds a lock from when it is this tab's turn until the end. */
  #hold(lock: string, whenHeld: () => void): void {
    const { signal } = this.#stopping
    const work = async () => {
      whenHeld()
      await raceSignal(new Promise<void>(() => {}), signal).catch(() => {})
    }
    void this.#options.origin.withLock(lock, work, signal).catch(() => {})
  }

  async #whenGone(id: TabId, listener: () => void): Promise<void> {
    const { origin, name } = this.#options
    const { signal } = this.#stopping
    const isGone = await origin
      .withLock(lifeOf(name, id), async () => {}, signal)
      .then(
        () => true,
        () => false,
      )
    if (isGone) listener()
  }
}

function lifeOf(name: string, id: TabId): string {
  return `${name}/${id}`
}
