import type { Vocabulary } from '../chat/index.ts'
import type { TokenConstraint } from './token-constraint.ts'

export interface LateConstraintOptions {
  /** Text is free before this. */
  opening: string
  vocabulary: Vocabulary
  /** Tokens no text is written with, but those that end an answer. */
  controlIds: readonly number[]
  /** The whole constraint, from the start of the answer. */
  open: () => Promise<TokenConstraint>
}

/** Whether the place where the opening ends can be seen in the tokens. */
export function canBeLate({ tokens, encoding }: Vocabulary, opening: string): boolean {
  const goesOn = (token: string) => token.includes(opening) && !token.endsWith(opening)
  // In the other encodings a token may stand for bytes without showing them.
  return encoding === 'byte_level' && !tokens.some(goesOn)
}

/**
 * The same constraint, made when it first matters: up to where a call may begin, only control tokens are forbidden. It
 * is begun once a token was written, so that the first one waits for nothing.
 */
export function lateConstraint(options: LateConstraintOptions): TokenConstraint {
  return new LateConstraint(options)
}

class LateConstraint implements TokenConstraint {
  readonly #options: LateConstraintOptions
  readonly #ids: number[] = []
  /** What may be the beginning of the opening. */
  #end = ''
  #isNear = false
  #opening: Promise<TokenConstraint> | undefined
  #whole: TokenConstraint | undefined
  #isDisposed = false

  constructor(options: LateConstraintOptions) {
    this.#options = options
  }

  async mask(logits: Float32Array): Promise<void> {
    if (!this.#isNear) return this.#forbidControls(logits)
    if (this.#whole === undefined) {
      const whole = await this.#open()
      for (const id of this.#ids) whole.accept(id)
      this.#whole = whole
    }
    return this.#whole.mask(logits)
  }

  accept(id: number): void {
    this.#ids.push(id)
    this.#whole?.accept(id)
    if (this.#isNear) return
    const { opening, vocabulary } = this.#options
    const text = this.#end + (vocabulary.tokens[id] ?? '')
    this.#isNear = text.includes(opening) || endsWithStart(text, opening)
    this.#end = text.slice(1 - opening.length)
    // A failure is told to whoever waits for it.
    this.#open().catch(() => {})
  }

  dispose(): void {
    this.#isDisposed = true
    this.#opening?.then(whole => whole.dispose()).catch(() => {})
  }

  #open(): Promise<TokenConstraint> {
    this.#opening ??= this.#options.open().then(whole => {
      if (this.#isDisposed) whole.dispose()
      return whole
    })
    return this.#opening
  }

  #forbidControls(logits: Float32Array): void {
    const { vocabulary, controlIds } = this.#options
    for (const id of controlIds) logits[id] = Number.NEGATIVE_INFINITY
    // Rows of logits may be wider than the vocabulary.
    logits.fill(Number.NEGATIVE_INFINITY, vocabulary.tokens.length)
  }
}

function endsWithStart(text: string, opening: string): boolean {
  for (let length = Math.min(text.length, opening.length); length > 0; length--) {
    if (text.endsWith(opening.slice(0, length))) return true
  }
  return false
}
