/** Accepted by every public async method. An aborted call rejects with `signal.reason`, unchanged. */
export interface AbortOptions {
  signal?: AbortSignal | undefined
}
