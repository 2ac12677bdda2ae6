/** Notes when the first and the last token of an answer came. */
export class Stopwatch {
  readonly #startedAt = performance.now()
  firstTokenMs = Number.NaN
  lastTokenMs = Number.NaN

  token(): void {
    this.lastTokenMs = performance.now() - this.#startedAt
    if (Number.isNaN(this.firstTokenMs)) this.firstTokenMs = this.lastTokenMs
  }
}
