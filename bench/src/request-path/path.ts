/** Bytes of one call: the request's, frame and all, and its answer's. */
export interface MessageBytes {
  up: number
  down: number
}

/** A way to ask and be answered, ours or a raw one it is compared with. */
export interface Path extends AsyncDisposable {
  readonly name: string
  /** What this path is compared with, for ours the raw medium below it; itself for a raw one. */
  readonly baselines: readonly string[]
  /** One call. */
  call(): Promise<void>
  /** One stream of tokens, read to its end. Absent where that makes no sense. */
  readTokens?(): Promise<void>
}
