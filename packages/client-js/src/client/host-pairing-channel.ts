import type { Connections, PlaceChoice } from '../connections/index.ts'
import type { AbortOptions, PairingChannel } from '../contracts/index.ts'
import { base64url } from '../core/index.ts'

/** How long a node is asked to wait for a message before it is asked again. */
const waitMs = 20_000

/** Messages lie at a node that both devices reach. */
export class HostPairingChannel implements PairingChannel {
  readonly #connections: Connections
  readonly #place: PlaceChoice

  constructor(connections: Connections, place: PlaceChoice) {
    this.#connections = connections
    this.#place = place
  }

  async send(name: string, message: Uint8Array, { signal }: AbortOptions = {}): Promise<void> {
    const params = { name, message: base64url.encode(message) }
    await this.#connections.call('pairing.put', params, { signal, place: this.#place })
  }

  async receive(name: string, { signal }: AbortOptions = {}): Promise<Uint8Array> {
    for (;;) {
      const options = { signal, place: this.#place, deadlineMs: 2 * waitMs }
      const { message } = await this.#connections.call('pairing.get', { name, waitMs }, options)
      if (message !== undefined) return base64url.decode(message)
    }
  }
}
