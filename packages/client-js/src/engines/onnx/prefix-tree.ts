import {
  bytesPerToken,
  type ColumnSource,
  type KeyValueSpan,
  sharedLength,
  spanSource,
  takeSpan,
} from './key-value-columns.ts'
import type { CacheSlot } from './model-geometry.ts'

interface PrefixNode {
  ids: readonly number[]
  span: KeyValueSpan
  children: PrefixNode[]
  /** Of the tree's clock. */
  lastUsed: number
}

interface Step {
  node: PrefixNode
  /** Tokens of the node that agree. */
  count: number
}

/**
 * The caches of tokens that were read before, found again by these tokens and nothing else. Starts that several
 * prompts share are kept once; what nobody used for longest leaves first.
 */
export class PrefixTree {
  readonly #slots: readonly CacheSlot[]
  readonly #maxBytes: number
  readonly #roots: PrefixNode[] = []
  #sizeBytes = 0
  #clock = 0

  constructor(slots: readonly CacheSlot[], maxBytes: number) {
    this.#slots = slots
    this.#maxBytes = maxBytes
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** How many tokens of `ids`, from the first, are known. */
  match(ids: readonly number[]): number {
    return this.#walk(ids).reduce((sum, { count }) => sum + count, 0)
  }

  /** The first `length` tokens of `ids`, which {@link match} promised: the tree's own where one node holds just them. */
  read(ids: readonly number[], length: number): KeyValueSpan {
    const steps = this.#walk(ids.slice(0, length))
    for (const { node } of steps) node.lastUsed = ++this.#clock
    const [first] = steps
    if (steps.length === 1 && first?.node.ids.length === length) return first.node.span
    return takeSpan(this.#slots, sourceOf(this.#slots, steps), 0, length)
  }

  /** Keeps what is not known yet of `ids`; `source` has columns for all of them. */
  put(ids: readonly number[], source: ColumnSource): void {
    const steps = this.#walk(ids)
    const known = steps.reduce((sum, { count }) => sum + count, 0)
    const last = steps.at(-1)
    for (const { node } of steps) node.lastUsed = ++this.#clock
    if (known === ids.length) return
    const size = bytesPerToken(this.#slots)
    if (ids.length * size > this.#maxBytes) return
    if (last !== undefined && last.count < last.node.ids.length) this.#split(last.node, last.count)
    const fresh: PrefixNode = {
      ids: ids.slice(known),
      span: takeSpan(this.#slots, source, known, ids.length - known),
      children: [],
      lastUsed: ++this.#clock,
    }
    ;(last?.node.children ?? this.#roots).push(fresh)
    this.#sizeBytes += fresh.ids.length * size
    this.#shrink()
  }

  clear(): void {
    this.#roots.length = 0
    this.#sizeBytes = 0
  }

  #walk(ids: readonly number[]): Step[] {
    const steps: Step[] = []
    let children = this.#roots
    let rest = ids
    for (;;) {
      const node = children.find(child => child.ids[0] === rest[0])
      if (node === undefined || rest.length === 0) return steps
      const count = sharedLength(node.ids, rest)
      steps.push({ node, count })
      if (count < node.ids.length) return steps
      rest = rest.slice(count)
      children = node.children
    }
  }

  #split(node: PrefixNode, length: number): void {
    const source = spanSource(this.#slots, node.span)
    const tail: PrefixNode = {
      ids: node.ids.slice(length),
      span: takeSpan(this.#slots, source, length, node.ids.length - length),
      children: node.children,
      lastUsed: node.lastUsed,
    }
    node.span = takeSpan(this.#slots, source, 0, length)
    node.ids = node.ids.slice(0, length)
    node.children = [tail]
  }

  #shrink(): void {
    while (this.#sizeBytes > this.#maxBytes) {
      const oldest = leavesOf(this.#roots).reduce((a, b) => (b.node.lastUsed < a.node.lastUsed ? b : a))
      oldest.siblings.splice(oldest.siblings.indexOf(oldest.node), 1)
      this.#sizeBytes -= oldest.node.ids.length * bytesPerToken(this.#slots)
    }
  }
}

function leavesOf(siblings: PrefixNode[]): { node: PrefixNode; siblings: PrefixNode[] }[] {
  return siblings.flatMap(node =>
    node.children.length === 0 ? [{ node, siblings }] : leavesOf(node.children),
  )
}

/** Columns across the nodes of a path. */
function sourceOf(slots: readonly CacheSlot[], steps: readonly Step[]): ColumnSource {
  return (cache, { start, count, to, at }) => {
    let first = 0
    for (const { node } of steps) {
      const from = Math.max(start, first)
      const end = Math.min(start + count, first + node.ids.length)
      const part = { start: from - first, count: end - from, to, at: at + from - start }
      if (part.count > 0) spanSource(slots, node.span)(cache, part)
      first += node.ids.length
    }
  }
}
