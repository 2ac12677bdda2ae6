import {
  type GenerateRequest,
  type JsonObject,
  LumosError,
  type SamplingOptions,
} from '../../contracts/index.ts'
import { createRandom, randomSeed } from '../../core/index.ts'
import type { SamplerOptions } from './sampler.ts'

const maxStops = 16
const defaultMaxOutputTokens = 512

/** How to draw tokens for `request`; what it leaves open, `generation_config.json` decides. */
export function readSampling(request: GenerateRequest, generationConfig: JsonObject) {
  check(request)
  const configured = (key: string) => {
    const value = generationConfig[key]
    return typeof value === 'number' ? value : undefined
  }
  const isSampling = generationConfig.do_sample === true
  const sampler: SamplerOptions = {
    temperature: request.temperature ?? (isSampling ? (configured('temperature') ?? 1) : 0),
    topP: request.topP ?? (isSampling ? (configured('top_p') ?? 1) : 1),
    topK: request.topK ?? (isSampling ? (configured('top_k') ?? 0) : 0),
    repetitionPenalty: request.repetitionPenalty ?? configured('repetition_penalty') ?? 1,
    random: createRandom(request.seed ?? randomSeed()),
  }
  return { sampler, maxTokens: request.maxOutputTokens ?? defaultMaxOutputTokens }
}

function check(options: SamplingOptions): void {
  const { temperature, topP, topK, repetitionPenalty, maxOutputTokens, stop } = options
  const issues = [
    isOutside(temperature, 0, 100) && 'temperature must be 0 to 100',
    isOutside(topP, 0, 1) && 'topP must be 0 to 1',
    isOutside(topK, 0, Number.MAX_SAFE_INTEGER) && 'topK must not be negative',
    isOutside(repetitionPenalty, 0.01, 100) && 'repetitionPenalty must be 0.01 to 100',
    isOutside(maxOutputTokens, 1, Number.MAX_SAFE_INTEGER) && 'maxOutputTokens must be at least 1',
    (stop?.length ?? 0) > maxStops && `stop holds at most ${maxStops} strings`,
    stop?.includes('') && 'a stop string must not be empty',
  ].filter(issue => typeof issue === 'string')
  if (issues.length === 0) return
  throw new LumosError('invalid-request', `The request cannot be used: ${issues.join('; ')}.`, {
    details: { issues },
  })
}

function isOutside(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && !(value >= least && value <= most)
}
