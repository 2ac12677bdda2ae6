import type { GenerateRequest } from '../../contracts/index.ts'
import type { PlaceBook } from './place-book.ts'
import type { RouteCandidate } from './route-candidate.ts'

/**
 * Loads the better model while another answers, and lets it read the conversation, so that its first answer begins
 * soon. One at a time; what fails is tried again with a later answer.
 */
export class HandOver {
  readonly #book: PlaceBook
  readonly #stopping = new AbortController()
  #work: Promise<void> | undefined

  constructor(book: PlaceBook) {
    this.#book = book
  }

  begin(candidate: RouteCandidate, request: GenerateRequest): void {
    if (this.#work !== undefined || this.#stopping.signal.aborted) return
    this.#work = this.#prepare(candidate, request)
      .catch(() => {})
      .finally(() => {
        this.#work = undefined
      })
  }

  /** Resolves when nothing is being prepared. */
  async idle(): Promise<void> {
    await this.#work
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.idle()
  }

  async #prepare(candidate: RouteCandidate, request: GenerateRequest): Promise<void> {
    const { signal } = this.#stopping
    if (!(await this.#book.hasRoomFor(candidate))) return
    const model = await this.#book.load(candidate, { signal })
    const { responseFormat: _, logprobs: __, ...rest } = request
    // One token: the prompt is read, and stays in the engine's prefix cache.
    for await (const _event of model.generate({ ...rest, maxOutputTokens: 1 }, { signal }));
  }
}
