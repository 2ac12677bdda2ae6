import type { InferenceSession } from 'onnxruntime-web'
import { type JsonObject, LumosError } from '../../contracts/index.ts'

export type CacheType = 'float32' | 'float16'

/** One key or value cache of the graph. */
export interface CacheSlot {
  input: string
  output: string
  type: CacheType
  /** Key-value heads. */
  heads: number
  headSize: number
}

/** A state of fixed size, such as the last inputs of a short convolution: it says nothing of earlier lengths. */
export interface FixedSlot {
  input: string
  output: string
  type: CacheType
  /** Without the batch. */
  shape: number[]
}

/** The shape of a causal language model, from its session and `config.json`. */
export interface ModelGeometry {
  /** Longest prompt and answer together, in tokens. */
  contextLength: number
  caches: CacheSlot[]
  /** Of hybrid models, LFM2 for instance. */
  fixedStates: FixedSlot[]
  hasPositionIds: boolean
  /** The graph can compute logits of the last positions only. */
  hasLogitsToKeep: boolean
}

const plainInputs = new Set(['input_ids', 'attention_mask', 'position_ids', 'num_logits_to_keep'])
const cacheInput = /^past_key_values\.(\d+)\.(key|value)$/
/** Layers that remember by a state of fixed size, as LFM2's exports name them and those that follow it. */
const fixedInput = /^past_(conv|recurrent|ssm)\.(\d+)$/
/** Ours: see graph/segment-attention.ts. */
const sharedCacheInput = /^shared_key_values\.(\d+)\.(key|value)$/

/** @throws {LumosError} `model-unavailable` for graphs that are no decoder with a key-value cache */
export function readGeometry(session: InferenceSession, config: JsonObject): ModelGeometry {
  const inputs = new Set(session.inputNames)
  const isKnown = (name: string) =>
    plainInputs.has(name) || cacheInput.test(name) || fixedInput.test(name) || sharedCacheInput.test(name)
  const unknown = session.inputNames.filter(name => !isKnown(name))
  if (unknown.length > 0)
    throw unsupported(`its graph has inputs this engine does not know: ${unknown.join(', ')}`)
  if (!inputs.has('input_ids') || !inputs.has('attention_mask') || !session.outputNames.includes('logits')) {
    throw unsupported('its graph is no causal language model')
  }
  const caches = session.inputNames
    .filter(name => cacheInput.test(name))
    .map(name => cacheSlot(session, config, name))
  if (caches.length === 0) throw unsupported('its graph has no key-value cache')
  return {
    contextLength: contextLength(config),
    caches,
    fixedStates: session.inputNames
      .filter(name => fixedInput.test(name))
      .map(name => fixedSlot(session, name)),
    hasPositionIds: inputs.has('position_ids'),
    hasLogitsToKeep: inputs.has('num_logits_to_keep'),
  }
}

/** Tokens; 2048 where `config.json` does not say. */
export function contextLength(config: JsonObject): number {
  return numberIn(config, 'max_position_embeddings') ?? numberIn(config, 'n_positions') ?? 2048
}

function cacheSlot(session: InferenceSession, config: JsonObject, input: string): CacheSlot {
  const output = input.replace('past_key_values', 'present')
  if (!session.outputNames.includes(output)) throw unsupported(`its graph does not return ${output}`)
  const metadata = session.inputMetadata.find(entry => entry.name === input)
  if (metadata?.isTensor !== true || (metadata.type !== 'float32' && metadata.type !== 'float16')) {
    throw unsupported('its cache is neither float32 nor float16')
  }
  // [batch, heads, length, head size]; exports name some of these dimensions instead of counting them.
  const [, heads, , headSize] = metadata.shape
  return {
    input,
    output,
    type: metadata.type,
    heads: typeof heads === 'number' ? heads : configuredHeads(config),
    headSize: typeof headSize === 'number' ? headSize : configuredHeadSize(config),
  }
}

function fixedSlot(session: InferenceSession, input: string): FixedSlot {
  const output = input.replace('past_', 'present_')
  if (!session.outputNames.includes(output)) throw unsupported(`its graph does not return ${output}`)
  const metadata = session.inputMetadata.find(entry => entry.name === input)
  if (metadata?.isTensor !== true || (metadata.type !== 'float32' && metadata.type !== 'float16')) {
    throw unsupported(`${input} is neither float32 nor float16`)
  }
  const shape = metadata.shape.slice(1)
  const isCounted = shape.every(dim => typeof dim === 'number' && dim > 0)
  if (!isCounted) throw unsupported(`its graph does not say how large ${input} is`)
  return { input, output, type: metadata.type, shape: shape as number[] }
}

function configuredHeads(config: JsonObject): number {
  const heads = numberIn(config, 'num_key_value_heads') ?? numberIn(config, 'num_attention_heads')
  if (heads === undefined) throw unsupported('config.json does not give num_key_value_heads')
  return heads
}

function configuredHeadSize(config: JsonObject): number {
  const own = numberIn(config, 'head_dim')
  if (own !== undefined) return own
  const hidden = numberIn(config, 'hidden_size')
  const heads = numberIn(config, 'num_attention_heads')
  if (hidden === undefined || heads === undefined) throw unsupported('config.json does not give head_dim')
  return hidden / heads
}

function numberIn(config: JsonObject, key: string): number | undefined {
  const value = config[key]
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined
}

function unsupported(reason: string): LumosError {
  return new LumosError('model-unavailable', `The model cannot run here: ${reason}.`)
}
