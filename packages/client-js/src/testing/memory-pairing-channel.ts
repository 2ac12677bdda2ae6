import {
  type AbortOptions,
  LumosError,
  maxPairingMessageBytes,
  type PairingChannel,
} from '../contracts/index.ts'
import { raceSignal } from '../core/index.ts'

/** One place for both devices, in memory. */
export class MemoryPairingChannel implements PairingChannel {
  readonly #boxes = new Map<string, PromiseWithResolvers<Uint8Array> & { isFull: boolean }>()

  async send(name: string, message: Uint8Array, { signal }: AbortOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    if (message.length > maxPairingMessageBytes)
      throw new LumosError('too-large', 'The message is too large.')
    const box = this.#box(name)
    if (box.isFull) throw new LumosError('conflict', 'A message of this name was sent before.')
    box.isFull = true
    box.resolve(message.slice())
  }

  async receive(name: string, { signal }: AbortOptions = {}): Promise<Uint8Array> {
    return raceSignal(this.#box(name).promise, signal)
  }

  #box(name: string) {
    const box = this.#boxes.get(name) ?? { ...Promise.withResolvers<Uint8Array>(), isFull: false }
    this.#boxes.set(name, box)
    return box
  }
}
