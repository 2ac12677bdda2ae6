import type { DeviceConditions } from '#platform'
import type { ModelInfo, ModelSpeed, RouteFeatures } from '../../contracts/index.ts'
import type { CandidateNeeds, RouteCandidate } from './route-candidate.ts'

/** In US dollars for a million tokens. */
export interface ModelPrice {
  input: number
  output: number
}

export interface FeatureSources {
  needs: CandidateNeeds
  conditions: DeviceConditions
  measured: ModelSpeed | undefined
  price: ModelPrice | undefined
  quality: number | undefined
}

/** Answers of agents are short, whatever they are allowed. */
const typicalAnswerTokens = 128
/** Weights come from the disk at about this rate, and are then made ready. */
const loadBytesPerSecond = 150e6
const remoteSpeed: ModelSpeed = { prefill: 1000, decode: 40 }
const unknownLocalSpeed: ModelSpeed = { prefill: 50, decode: 8 }
const unknownQuality = { local: 0.3, away: 0.85 }

export function featuresOf(candidate: RouteCandidate, from: FeatureSources): RouteFeatures {
  const { info, place, model } = candidate
  const { needs, conditions, measured, price } = from
  const isLocal = place === 'local'
  const speed = measured ?? info.fit?.speed ?? (isLocal ? unknownLocalSpeed : remoteSpeed)
  const outputTokens = Math.min(needs.outputTokens, typicalAnswerTokens)
  return {
    isLocal: Number(isLocal),
    isPeer: Number(place === 'peer'),
    loadSeconds: isLocal && model === undefined ? (info.sizeBytes ?? 0) / loadBytesPerSecond : 0,
    promptTokens: needs.promptTokens,
    outputTokens,
    prefillSpeed: Math.max(speed.prefill, 0.1),
    decodeSpeed: Math.max(speed.decode, 0.1),
    isMeasured: Number(measured !== undefined),
    queueLength: model?.activeCount ?? 0,
    costUsd: (needs.promptTokens * (price?.input ?? 0) + outputTokens * (price?.output ?? 0)) / 1_000_000,
    quality: from.quality ?? qualityOf(info, isLocal),
    failureRate: candidate.failureRate,
    battery: conditions.battery,
    heat: conditions.heat,
    hasTools: Number(needs.needsTools),
  }
}

/** 3 million weights: 0; a million times as many: 1. */
function qualityOf({ parameters }: ModelInfo, isLocal: boolean): number {
  if (parameters === undefined) return isLocal ? unknownQuality.local : unknownQuality.away
  return Math.max(0, Math.min(1, (Math.log10(parameters) - 6.5) / 6))
}
