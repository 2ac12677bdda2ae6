import type { CallOptions, Connections } from '../connections/index.ts'
import type { AdaptationReport, JsonObject } from '../contracts/index.ts'

/** What a node learned from our feedback. Made by the client, as `client.adaptation`. */
export class AdaptationHandle {
  readonly #connections: Connections

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** `[]` where nothing learns. */
  async list(options: CallOptions = {}): Promise<AdaptationReport[]> {
    return (await this.#connections.call('adaptation.list', {}, options)).policies
  }

  /** What was learned, without what it was learned from. @see spec/adaptation.md */
  async export(policy: string, options: CallOptions = {}): Promise<JsonObject> {
    return (await this.#connections.call('adaptation.export', { policy }, options)).exported
  }

  /** Takes over what {@link export} gave, here or elsewhere. @throws {LumosError} `invalid-request` */
  async import(policy: string, exported: JsonObject, options: CallOptions = {}): Promise<AdaptationReport> {
    return (await this.#connections.call('adaptation.import', { policy, exported }, options)).report
  }

  /** Back to the fixed rule. */
  async reset(policy: string, options: CallOptions = {}): Promise<AdaptationReport> {
    return (await this.#connections.call('adaptation.reset', { policy }, options)).report
  }

  /** Deletes all that the policy kept of us. */
  async forget(policy: string, options: CallOptions = {}): Promise<void> {
    await this.#connections.call('adaptation.forget', { policy }, options)
  }
}
