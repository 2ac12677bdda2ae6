import type { ModelId } from '../contracts/index.ts'

/** Which models are being read or fetched by this process: they stay. */
export class InUse {
  readonly #counts = new Map<ModelId, number>()

  get isEmpty(): boolean {
    return this.#counts.size === 0
  }

  has(modelId: ModelId): boolean {
    return this.#counts.has(modelId)
  }

  async during<T>(modelId: ModelId, work: () => Promise<T>): Promise<T> {
    this.#counts.set(modelId, (this.#counts.get(modelId) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const count = (this.#counts.get(modelId) ?? 1) - 1
      if (count === 0) this.#counts.delete(modelId)
      else this.#counts.set(modelId, count)
    }
  }
}
