import type { InferenceSession } from 'onnxruntime-web'
import type { CausalDecoderOptions } from './causal-decoder.ts'
import { ModelGraph } from './graph/model-graph.ts'
import { segmentAttention } from './graph/segment-attention.ts'
import { readGeometry } from './model-geometry.ts'
import { SegmentDecoder } from './segment-decoder.ts'
import { testSegments } from './segment-self-test.ts'
import { SegmentSession } from './segment-session.ts'

/** A decoder for many sequences at once; undefined where the graph cannot be made into one that computes the same. */
export async function openSegmentDecoder({
  runtime,
  device,
  weights,
  config,
}: CausalDecoderOptions): Promise<SegmentDecoder | undefined> {
  const graph = segmented(weights.graph)
  if (graph === undefined) return undefined
  let session: InferenceSession | undefined
  try {
    session = await runtime.InferenceSession.create(graph, {
      executionProviders: [device],
      ...(weights.externalData.length > 0 && { externalData: weights.externalData }),
    })
    const geometry = readGeometry(session, config)
    // States of fixed size do not lie in segments.
    if (geometry.fixedStates.length === 0) {
      const segments = new SegmentSession(session, geometry, runtime)
      const { isExact, isIsolated } = await testSegments(segments)
      if (isExact) return new SegmentDecoder({ session: segments, isIsolated })
    }
  } catch {
    // The runtime refuses what we wrote, for instance 16-bit caches: the file as it is may run.
  }
  await session?.release()
  return undefined
}

function segmented(file: Uint8Array): Uint8Array | undefined {
  try {
    const graph = new ModelGraph(file)
    return segmentAttention(graph) ? graph.write() : undefined
  } catch (error) {
    // No graph at all: the runtime says so in its own words.
    if (error instanceof RangeError) return undefined
    throw error
  }
}
