import type { GraphNode } from './graph-node.ts'
import type { ModelGraph } from './model-graph.ts'

/**
 * The shapes that attention in segments needs. They are the same in every layer and follow from the inputs, so they
 * are computed once, before the first layer: each node costs microseconds, and a model has dozens of layers.
 */
export class SegmentShapes {
  /** To be put before all others. */
  readonly nodes: GraphNode[] = []
  readonly #graph: ModelGraph
  readonly #known = new Map<string, string>()

  constructor(graph: ModelGraph) {
    this.#graph = graph
  }

  /** From `[heads, batch, rows, n]` to `[1, heads, batch * rows, n]`. */
  joined(heads: number): string {
    return this.#once(`joined ${heads}`, () => this.#graph.ints([1, heads, -1, 0]))
  }

  /** And back. */
  split(heads: number): string {
    return this.#once(`split ${heads}`, () => {
      const parts = [this.#graph.ints([heads]), this.#dimension('input_ids', 0), this.#graph.ints([-1, 0])]
      return this.#add('Concat', parts, { axis: 0 })
    })
  }

  /** Columns of the shared segment, of the rows' own, and of the new tokens. */
  lengths(shared: string, past: string): string {
    return this.#once('lengths', () => {
      const parts = [this.#dimension(shared, 2), this.#dimension(past, 2), this.#dimension('input_ids', 1)]
      return this.#add('Concat', parts, { axis: 0 })
    })
  }

  #dimension(input: string, axis: number): string {
    return this.#once(`${input} ${axis}`, () => {
      const range = [this.#graph.ints([axis]), this.#graph.ints([axis + 1])]
      return this.#add('Slice', [this.#add('Shape', [input]), ...range])
    })
  }

  #add(type: string, inputs: string[], attributes: Record<string, number> = {}): string {
    const node = this.#graph.create(type, inputs, attributes)
    this.nodes.push(node)
    return node.outputs[0] as string
  }

  #once(key: string, create: () => string): string {
    const value = this.#known.get(key) ?? create()
    this.#known.set(key, value)
    return value
  }
}
