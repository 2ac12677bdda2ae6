import type { Device, EngineKind } from './engine.ts'
import type { ErrorCode } from './error-codes.ts'
import type { ModelId } from './ids.ts'
import type { UsagePlace } from './usage-policy.ts'

/** Asks a node to choose the model and the place of each answer. */
export const autoModelId = 'auto' as ModelId

/**
 * Why a place computes an answer. `best`: it scored highest. `only-one`: nothing else could. `local-only`: the best of
 * what stays on this machine, because a policy or the request wants that. `until-ready`: a better one is still loading.
 * `unsure`: the one before was not confident. `failed-over`: the one before failed.
 */
export type RouteReason = 'best' | 'only-one' | 'local-only' | 'until-ready' | 'unsure' | 'failed-over'

/** Where an answer, or the rest of one, comes from. */
export interface AnswerRoute {
  modelId: ModelId
  engine: EngineKind
  device?: Device
  /** Seen from the node that chose. */
  place: UsagePlace
  reason: RouteReason
  /** Mean probability per token of what the first model said, as far as it was judged; 0 to 1. */
  confidence?: number
  /** Who tried before, oldest first, and how much of the answer is theirs. */
  earlier?: EarlierRoute[]
}

export interface EarlierRoute {
  modelId: ModelId
  place: UsagePlace
  /** UTF-16 units of the answer's text; 0 when all of it was dropped unseen. */
  textLength: number
  /** Of the failure. Absent when it was not confident. */
  code?: ErrorCode
}

/**
 * What is known of one place before an answer. Every member is a finite number. Whether a place *may* answer (privacy)
 * and *can* (tools, context, response format) is settled before and is no feature: a policy ranks only what is allowed.
 */
export interface RouteFeatures {
  /** 1: computed on this machine. */
  isLocal: number
  /** 1: computed by a peer. Neither: in the cloud. */
  isPeer: number
  /** Seconds until it can begin: loading weights, about. 0 when loaded. */
  loadSeconds: number
  /** Tokens to read, about. */
  promptTokens: number
  /** Tokens to write, about. */
  outputTokens: number
  /** Tokens per second, learned here where `isMeasured`, else estimated. */
  prefillSpeed: number
  decodeSpeed: number
  isMeasured: number
  /** Answers under way or waiting there, as far as we know. */
  queueLength: number
  /** US dollars this answer will cost, about. */
  costUsd: number
  /** What to expect of the model, 0 to 1: grows with the logarithm of its parameters. */
  quality: number
  /** Of the latest answers there, newest counting most; 0 to 1. */
  failureRate: number
  /** 1: full or plugged in. 0: empty. */
  battery: number
  /** 0: cool. 1: the machine slows down to protect itself. */
  heat: number
  /** 1: the request offers tools. */
  hasTools: number
}

/** What became of an answer. */
export interface RouteOutcome {
  isFailed: boolean
  /** From the question to the end of the answer. */
  seconds: number
  /** From the question to the first text or call. */
  firstSeconds?: number
  /** Mean probability per token, where the model tells. */
  confidence?: number
}

/** Ranks the places that may and can answer. */
export interface RoutePolicy {
  readonly name: string
  /** The highest answers; among equals the earlier. Pure, quick, never throws. */
  score(features: RouteFeatures): number
  /** Told of every answer, for policies that learn. */
  observe?(features: RouteFeatures, outcome: RouteOutcome): void
}
