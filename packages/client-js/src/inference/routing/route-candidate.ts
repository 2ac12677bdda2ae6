import type { GenerateRequest, ModelInfo, ModelSource, UsagePlace } from '../../contracts/index.ts'
import type { TimedModel } from '../fit/timed-model.ts'

/** A model at a place. */
export interface RouteCandidate {
  /** Tells it from all others, also from the same model elsewhere. */
  readonly key: string
  info: ModelInfo
  place: UsagePlace
  source: ModelSource
  /** Once it is loaded. */
  model?: TimedModel
  /** Of the latest answers, newest counting most. */
  failureRate: number
}

export interface CandidateNeeds {
  privacy: 'local' | undefined
  /** Tokens, about. */
  promptTokens: number
  outputTokens: number
  needsTools: boolean
  needsContinuing: boolean
}

const bytesPerToken = 4
const defaultOutputTokens = 512
const utf8 = new TextEncoder()

/** @param request - `answerSoFar` counts as part of the prompt */
export function needsOf(request: GenerateRequest): CandidateNeeds {
  const { messages, tools = [], toolChoice, answerSoFar = '', maxOutputTokens, privacy } = request
  const offers = toolChoice === 'none' ? [] : tools
  const bytes = utf8.encode(JSON.stringify([messages, offers, answerSoFar])).length
  return {
    privacy,
    promptTokens: Math.ceil(bytes / bytesPerToken),
    outputTokens: maxOutputTokens ?? defaultOutputTokens,
    needsTools: offers.length > 0,
    needsContinuing: answerSoFar !== '',
  }
}

/** Whether it may, and then whether it can. Policies choose only among those. */
export function isEligible({ info, place }: RouteCandidate, needs: CandidateNeeds): boolean {
  if (needs.privacy === 'local' && place !== 'local') return false
  if (needs.needsTools && !info.supportsTools) return false
  if (needs.needsContinuing && info.continuesAnswers !== true) return false
  if (place === 'local' && info.fit?.verdict === 'does-not-fit') return false
  return info.contextLength === undefined || needs.promptTokens < info.contextLength
}

/** Where a model of this node computes. */
export function placeOfModel({ engine, isLocal }: ModelInfo): UsagePlace {
  return engine === 'onnx' || isLocal ? 'local' : 'cloud'
}

/** Downloading is for people to decide. */
export function isReadyToUse({ engine, isLocal }: ModelInfo): boolean {
  return isLocal || engine !== 'onnx'
}
