import type { JsonObject } from '../../../contracts/index.ts'
import type { ModelWeights } from '../causal-decoder.ts'
import { ModelGraph } from '../graph/model-graph.ts'
import { contextLength } from '../model-geometry.ts'
import { loadKernels } from './kernels.ts'
import { readLlamaWeights } from './llama-weights.ts'
import { PackedDecoder } from './packed-decoder.ts'
import { PackedNetwork } from './packed-network.ts'

/** A decoder in our own WASM; undefined where the graph is not one it knows, or memory does not suffice. */
export async function openPackedDecoder(
  { graph, externalData }: ModelWeights,
  config: JsonObject,
  maxCacheBytes?: number,
): Promise<PackedDecoder | undefined> {
  if (externalData.length > 0) return undefined
  try {
    const weights = readLlamaWeights(new ModelGraph(graph), config)
    if (weights === undefined) return undefined
    const network = new PackedNetwork(await loadKernels(), weights, contextLength(config))
    return new PackedDecoder({ network, contextLength: contextLength(config), maxCacheBytes })
  } catch (error) {
    // No graph at all, or no memory: the runtime says so in its own words.
    if (error instanceof RangeError) return undefined
    throw error
  }
}
