import type { HeadAnchor, JsonObject, SignedTreeHead } from '../contracts/index.ts'
import { canonicalJson } from '../core/index.ts'

/** A place in memory where heads stay. */
export class MemoryHeadAnchor implements HeadAnchor {
  readonly #heads: string[] = []

  get size(): number {
    return this.#heads.length
  }

  async anchor(head: SignedTreeHead): Promise<JsonObject> {
    return { place: this.#heads.push(canonicalJson(head)) - 1 }
  }

  async verify(head: SignedTreeHead, receipt: JsonObject): Promise<boolean> {
    return this.#heads[receipt.place as number] === canonicalJson(head)
  }
}
