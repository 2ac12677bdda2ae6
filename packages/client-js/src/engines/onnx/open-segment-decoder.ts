import type { InferenceSession } from 'onnxruntime-web'
import { type CausalDecoderOptions, type ModelWeights, sessionOptions } from './causal-decoder.ts'
import { expandWeights } from './graph/expand-weights.ts'
import { ModelGraph } from './graph/model-graph.ts'
import { expandedSize, findPacked } from './graph/packed-weights.ts'
import { segmentAttention } from './graph/segment-attention.ts'
import { readGeometry } from './model-geometry.ts'
import { SegmentDecoder } from './segment-decoder.ts'
import { testSegments } from './segment-self-test.ts'
import { SegmentSession } from './segment-session.ts'

/** A decoder for many sequences at once; undefined where the graph cannot be made into one that computes the same. */
export async function openSegmentDecoder(
  options: CausalDecoderOptions,
  maxCacheBytes?: number,
): Promise<SegmentDecoder | undefined> {
  const { runtime, config } = options
  const rewritten = rewrite(options.weights)
  if (rewritten === undefined) return undefined
  let session: InferenceSession | undefined
  try {
    session = await runtime.InferenceSession.create(rewritten.graph, {
      ...sessionOptions({ ...options, weights: rewritten }),
    })
    const segments = new SegmentSession(session, readGeometry(session, config), runtime)
    const { isExact, isIsolated } = await testSegments(segments)
    if (isExact) return new SegmentDecoder({ session: segments, isIsolated, maxCacheBytes })
  } catch {
    // The runtime refuses what we wrote, for instance 16-bit caches: the file as it is may run.
  }
  await session?.release()
  return undefined
}

/** Where float32 weights would take more, 4-bit ones stay packed. */
const maxExpandedBytes = 640 * 2 ** 20
const expandedPath = 'lumos-expanded.bin'

function rewrite({ graph: file, externalData }: ModelWeights): ModelWeights | undefined {
  try {
    const graph = new ModelGraph(file)
    // States of fixed size do not lie in segments.
    if (graph.inputNames.some(name => /^past_(?!key_values)/.test(name))) return undefined
    if (!segmentAttention(graph)) return undefined
    const packed = findPacked(graph)
    if (packed.length === 0 || expandedSize(packed) > maxExpandedBytes)
      return { graph: graph.write(), externalData }
    const expanded = { path: expandedPath, data: expandWeights(graph, packed, expandedPath) }
    return { graph: graph.write(), externalData: [...externalData, expanded] }
  } catch (error) {
    // No graph at all: the runtime says so in its own words.
    if (error instanceof RangeError) return undefined
    throw error
  }
}
