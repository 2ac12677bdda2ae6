import type { GraphNode } from './graph-node.ts'
import { type ModelGraph, tensorTypes } from './model-graph.ts'
import { SegmentShapes } from './segment-shapes.ts'

/** Name of the input for the part of a cache that all rows of a batch share. */
export function sharedInput(cacheInput: string): string {
  return cacheInput.replace('past_key_values', 'shared_key_values')
}

const cacheInput = /^past_key_values\.\d+\.(key|value)$/

/**
 * Splits the attention of a decoder into three segments, in this order of columns: what all rows share, what each
 * row holds, and the new tokens. The graph then never joins them: it takes the shared keys and values once per
 * batch as `shared_key_values.*`, `[1, heads, shared, size]`, and returns those of the new tokens only. Mask,
 * positions and results stay what they were, but for the rounding of sums.
 *
 * @returns false, with the graph unchanged, when its attention is not `softmax(q kᵀ + bias) v` over joined caches
 */
export function segmentAttention(graph: ModelGraph): boolean {
  if (graph.opset < 13) return false
  const caches = graph.inputNames.filter(name => cacheInput.test(name)).map(name => findCache(graph, name))
  if (caches.length === 0) return false
  const found = caches.filter(cache => cache !== undefined)
  if (found.length < caches.length) return false
  const shapes = new SegmentShapes(graph)
  const replaced = new Map<GraphNode, GraphNode[]>()
  for (const cache of found) rewrite(graph, cache, shapes, replaced)
  graph.nodes = [...shapes.nodes, ...graph.nodes.flatMap(node => replaced.get(node) ?? [node])]
  return true
}

interface Cache {
  past: string
  present: string
  fresh: string
  heads: number
  size: number
  join: GraphNode
  /** The transpose of joined keys; absent for values and for caches nobody reads. */
  turn?: GraphNode
  product?: GraphNode
}

function findCache(graph: ModelGraph, past: string): Cache | undefined {
  const shape = graph.inputShape(past)
  const [join, ...others] = graph.consumersOf(past)
  if (others.length > 0 || join?.type !== 'Concat' || join.inputs.length !== 2 || join.inputs[0] !== past)
    return
  const [, heads, , size] = shape ?? []
  if (typeof heads !== 'number' || typeof size !== 'number') return
  const [axis] = join.ints('axis')
  const present = join.outputs[0] as string
  if ((axis !== 2 && axis !== -2) || present !== past.replace('past_key_values', 'present')) return
  const cache: Cache = { past, present, fresh: join.inputs[1] as string, heads, size, join }
  const readers = graph.consumersOf(present)
  if (readers.length === 0) return cache
  return past.endsWith('key') ? keyCache(graph, cache, readers) : valueCache(cache, readers)
}

function keyCache(graph: ModelGraph, cache: Cache, [turn, ...others]: GraphNode[]): Cache | undefined {
  if (others.length > 0 || turn?.type !== 'Transpose' || turn.ints('perm').join() !== '0,1,3,2') return
  const turned = turn.outputs[0] as string
  const [product, ...more] = graph.consumersOf(turned)
  if (more.length > 0 || product?.type !== 'MatMul' || product.inputs[1] !== turned) return
  return { ...cache, turn, product }
}

function valueCache(cache: Cache, [product, ...others]: GraphNode[]): Cache | undefined {
  if (others.length > 0 || product?.type !== 'MatMul' || product.inputs[1] !== cache.present) return
  return { ...cache, product }
}

function rewrite(
  graph: ModelGraph,
  cache: Cache,
  shapes: SegmentShapes,
  replaced: Map<GraphNode, GraphNode[]>,
): void {
  const { past, present, fresh, heads, size, join, turn, product } = cache
  const shared = graph.addInput(sharedInput(past), tensorTypes.float32, [1, heads, 'shared_length', size])
  graph.describeOutput(present, tensorTypes.float32, ['batch_size', heads, 'sequence_length', size])
  replaced.set(join, [graph.create('Identity', [fresh], {}, { outputs: [present] })])
  if (product === undefined) return
  const segments = { shared, past, fresh }
  if (turn === undefined) {
    replaced.set(product, weighValues(graph, product, segments, cache, shapes))
    return
  }
  replaced.set(turn, [])
  replaced.set(product, scoreKeys(graph, product, segments, cache, shapes))
}

interface Segments {
  shared: string
  past: string
  fresh: string
}

/** Scores `[batch, heads, rows, columns]` of the three segments, side by side. */
function scoreKeys(
  graph: ModelGraph,
  { inputs, outputs }: GraphNode,
  { shared, past, fresh }: Segments,
  { heads }: Cache,
  shapes: SegmentShapes,
): GraphNode[] {
  const query = inputs[0] as string
  const { nodes, add } = chain(graph)
  const turned = (keys: string) => add('Transpose', [keys], { perm: [0, 1, 3, 2] })
  // All rows of the batch ask the shared keys in one product.
  const byHead = add('Transpose', [query], { perm: [1, 0, 2, 3] })
  const asked = add('MatMul', [add('Reshape', [byHead, shapes.joined(heads)]), turned(shared)])
  const scores = [
    add('Transpose', [add('Reshape', [asked, shapes.split(heads)])], { perm: [1, 0, 2, 3] }),
    add('MatMul', [query, turned(past)]),
    add('MatMul', [query, turned(fresh)]),
  ]
  return [...nodes, graph.create('Concat', scores, { axis: -1 }, { outputs })]
}

/** The sum over the three segments of their share of the values. */
function weighValues(
  graph: ModelGraph,
  { inputs, outputs }: GraphNode,
  { shared, past, fresh }: Segments,
  { heads }: Cache,
  shapes: SegmentShapes,
): GraphNode[] {
  const parts = [graph.freshName(), graph.freshName(), graph.freshName()] as const
  const { nodes, add } = chain(graph)
  const lengths = shapes.lengths(shared, past)
  nodes.push(graph.create('Split', [inputs[0] as string, lengths], { axis: -1 }, { outputs: [...parts] }))
  const byHead = add('Transpose', [parts[0]], { perm: [1, 0, 2, 3] })
  const weighed = add('MatMul', [add('Reshape', [byHead, shapes.joined(heads)]), shared])
  const sums = [
    add('Transpose', [add('Reshape', [weighed, shapes.split(heads)])], { perm: [1, 0, 2, 3] }),
    add('MatMul', [parts[1], past]),
    add('MatMul', [parts[2], fresh]),
  ]
  return [...nodes, graph.create('Sum', sums, {}, { outputs })]
}

/** Collects nodes; `add` gives the name of the new one's result. */
function chain(graph: ModelGraph) {
  const nodes: GraphNode[] = []
  const add = (
    type: string,
    inputs: string[],
    attributes: Record<string, number | number[]> = {},
  ): string => {
    const node = graph.create(type, inputs, attributes)
    nodes.push(node)
    return node.outputs[0] as string
  }
  return { nodes, add }
}
