/** A sequence a decoder is reading. */
export interface DecoderSequence {
  /** Tokens read. */
  readonly length: number
}

export interface SequenceStep<S extends DecoderSequence> {
  sequence: S
  /** What to read next, at least one token. */
  ids: readonly number[]
  /** For how many of them, from the last, the logits of what follows are wanted: 1 or more. */
  keep: number
}

/** Logits of what follows each kept token, or why this sequence failed. float32, one per token id, the caller's to change. */
export type StepResult = Float32Array[] | Error

/** Reads many sequences with one model. Calls of {@link step} must not overlap. */
export interface SequenceDecoder<S extends DecoderSequence = DecoderSequence> {
  /** Longest sequence, in tokens. */
  readonly contextLength: number
  /** Steps of several sequences cost less together; else they are computed one by one. */
  readonly isBatched: boolean
  /** Steps of different widths go together without loss: prompts are read beside what others answer. */
  readonly isRagged: boolean
  /** {@link rewind} works, and what a sequence reads can be shared while it reads on. */
  readonly isDivisible: boolean
  /** Sequences that may be open at once. */
  readonly maxSequences: number
  /** How many tokens {@link open} would find read already. */
  known(ids: readonly number[]): number
  /** A sequence that has read what earlier ones left of `ids`: at most all but the last. */
  open(ids: readonly number[]): S
  /** No step ever changes the results of another sequence, and one that fails leaves the others as they are. */
  step(steps: readonly SequenceStep<S>[]): Promise<StepResult[]>
  /** Forgets all but the first `length` tokens. */
  rewind(sequence: S, length: number): void
  /** Lets others start from the first tokens of `sequence`, which are `ids`. */
  share(sequence: S, ids: readonly number[]): void
  /** Frees `sequence`, and keeps what it read, `ids`, for others as far as memory allows. */
  close(sequence: S, ids: readonly number[]): void
  /** Frees weights and all memory. */
  release(): Promise<void>
}
