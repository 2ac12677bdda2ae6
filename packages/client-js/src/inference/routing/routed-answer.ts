import type {
  AnswerRoute,
  EarlierRoute,
  ErrorCode,
  GenerateRequest,
  ModelEvent,
} from '../../contracts/index.ts'
import type { RouteCandidate } from './route-candidate.ts'

const defaultOutputTokens = 512

/** One answer that several places may have a part in. */
export class RoutedAnswer {
  readonly request: GenerateRequest
  readonly earlier: EarlierRoute[] = []
  /** Of the first model, where it was judged. */
  confidence: number | undefined
  #text = ''
  #hasCalls = false
  /** A piece of text is a token, about. */
  #tokens = 0
  /** Of those who left. */
  #creditedText = 0
  #creditedTokens = 0

  constructor(request: GenerateRequest) {
    this.request = request
  }

  /** Nothing was shown, and nobody was judged yet. */
  get isJudgeable(): boolean {
    return this.#text === '' && !this.#hasCalls && this.confidence === undefined
  }

  /** What is left to ask. */
  rest(): GenerateRequest {
    if (this.#text === '') return this.request
    const { answerSoFar = '', maxOutputTokens = defaultOutputTokens } = this.request
    return {
      ...this.request,
      answerSoFar: answerSoFar + this.#text,
      maxOutputTokens: Math.max(1, maxOutputTokens - this.#tokens),
    }
  }

  /** Whether somebody else could go on. Calls, and JSON of a schema, cannot be taken up in the middle. */
  canMove(): boolean {
    return !this.#hasCalls && (this.#text === '' || this.request.responseFormat === undefined)
  }

  show(event: ModelEvent, route: AnswerRoute): ModelEvent {
    if (event.type === 'tool-call') this.#hasCalls = true
    if (event.type === 'text-delta') {
      this.#text += event.text
      this.#tokens++
    }
    if (event.type !== 'finished') return event
    const outputTokens = event.usage.outputTokens + this.#creditedTokens
    return { ...event, usage: { ...event.usage, outputTokens }, route }
  }

  /** The end, where whoever failed had said all that was asked for. Undefined: there is more to say. */
  endIfSpent(route: AnswerRoute): ModelEvent | undefined {
    const { maxOutputTokens = defaultOutputTokens } = this.request
    if (this.#tokens < maxOutputTokens) return undefined
    const usage = { inputTokens: 0, outputTokens: this.#tokens }
    return { type: 'finished', finishReason: 'length', usage, route }
  }

  /** It failed; what it said stays. */
  leave({ info, place }: RouteCandidate, code: ErrorCode): void {
    const textLength = this.#text.length - this.#creditedText
    this.earlier.push({ modelId: info.modelId, place, textLength, code })
    this.#creditedText = this.#text.length
    this.#creditedTokens = this.#tokens
  }

  /** It was not sure, and nobody saw what it said. */
  drop({ info, place }: RouteCandidate, confidence: number | undefined): void {
    this.earlier.push({ modelId: info.modelId, place, textLength: 0 })
    this.confidence = confidence ?? 0
  }
}
