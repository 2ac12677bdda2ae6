import { createHash } from 'node:crypto'
import type { Callers } from '../openai/callers.ts'

/** A permission taken back ends downloads this much later, at most. */
const validMs = 10_000
const maxRemembered = 1000

/** Whether somebody may fetch models: whoever may see the node's models, by the rules of its door. */
export class SharePermits {
  readonly #callers: Pick<Callers, 'of'>
  /** When it ends, by the hash of what was sent. */
  readonly #permits = new Map<string, number>()

  constructor(callers: Pick<Callers, 'of'>) {
    this.#callers = callers
  }

  /**
   * Asks the door once for the many blocks of a download.
   *
   * @throws {LumosError} `forbidden`, `invalid-proof`
   */
  async require(authorization: string | undefined): Promise<void> {
    const id = createHash('sha256')
      .update(authorization ?? '')
      .digest('base64')
    const now = Date.now()
    if ((this.#permits.get(id) ?? 0) > now) return
    this.#permits.delete(id)
    const { client } = await this.#callers.of(authorization)
    await client.getModels()
    const [oldest] = this.#permits.keys()
    if (oldest !== undefined && this.#permits.size >= maxRemembered) this.#permits.delete(oldest)
    this.#permits.set(id, now + validMs)
  }
}
