import type { Connections, PlaceChoice } from '../connections/index.ts'
import type { AbortOptions, JsonObject, PrincipalDid } from '../contracts/index.ts'
import type { DidLog, DidLogSource, LumosDid } from '../identity/index.ts'

export interface DidLogCallOptions extends AbortOptions {
  place?: PlaceChoice
}

/** Histories of people with several devices, as nodes know them. */
export class DidLogHandle {
  readonly #connections: Connections

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** What a node has, unchecked: `verifyDidLog` of `/identity` checks it. Undefined when it has nothing. */
  async get(did: LumosDid, options: DidLogCallOptions = {}): Promise<JsonObject[] | undefined> {
    return (await this.#connections.call('did.get', { did }, options)).log
  }

  /**
   * Tells a node of our log, so that it knows our devices and forgets those we removed. Its answer may be a longer log
   * that it knew already.
   *
   * @throws {LumosError} `conflict` when another branch is followed there; `forbidden` for a log that does not name us
   */
  put(log: DidLog, options: DidLogCallOptions = {}): Promise<{ did: PrincipalDid; head: string }> {
    return this.#connections.call('did.put', { log: log as unknown as JsonObject[] }, options)
  }

  /** The nodes of this client as a source for a `DidLogStore`; those of the place `cloud` unless told otherwise. */
  source({ place = 'cloud' }: { place?: PlaceChoice } = {}): DidLogSource {
    return {
      name: `logs at the place ${JSON.stringify(place)}`,
      fetch: (did, options) => this.get(did, { ...options, place }),
    }
  }
}
