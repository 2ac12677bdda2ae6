/** A way to ask and be answered, ours or a raw one it is compared with. */
export interface Path extends AsyncDisposable {
  readonly name: string
  /** What this path is made of, for ours the raw medium below it. */
  readonly baseline: string
  /** One call with 1 KiB each way. */
  call(): Promise<void>
  /** One stream of tokens, read to its end. Absent where that makes no sense. */
  readTokens?(): Promise<void>
}
