import type { WasmMemory } from './wasm-memory.ts'

/** Tokens of a block. */
export const blockTokens = 16

/** Blocks of keys and values of 16 tokens, in all layers; several sequences may hold one. */
export class BlockPool {
  readonly blockBytes: number
  readonly #memory: WasmMemory
  readonly #free: number[] = []
  readonly #holders = new Map<number, number>()

  constructor(memory: WasmMemory, blockBytes: number) {
    this.#memory = memory
    this.blockBytes = blockBytes
  }

  /** @returns the address of a block that nobody holds but the caller. @throws {RangeError} without memory */
  take(): number {
    const block = this.#free.pop() ?? this.#memory.take(this.blockBytes)
    this.#holders.set(block, 1)
    return block
  }

  hold(blocks: readonly number[]): number[] {
    for (const block of blocks) this.#holders.set(block, (this.#holders.get(block) ?? 0) + 1)
    return [...blocks]
  }

  release(blocks: readonly number[]): void {
    for (const block of blocks) {
      const holders = (this.#holders.get(block) ?? 0) - 1
      if (holders > 0) this.#holders.set(block, holders)
      else {
        this.#holders.delete(block)
        this.#free.push(block)
      }
    }
  }

  /** A block with the same content that its holder may write: the same one where nobody else holds it. */
  own(block: number): number {
    if (this.#holders.get(block) === 1) return block
    const copy = this.take()
    this.#memory.bytes.copyWithin(copy, block, block + this.blockBytes)
    this.release([block])
    return copy
  }
}
