import {
  type AbortOptions,
  LumosError,
  type RevocationRecord,
  type RevocationSource,
} from '../../contracts/index.ts'

export interface NodeRevocationSourceOptions {
  /** For reports, for instance the node's DID. */
  name: string
  /** Calls the other node's verb `revocation.list`. */
  list(
    params: { after: number; limit: number },
    options: AbortOptions,
  ): Promise<{ revocations: readonly RevocationRecord[] }>
  /** How many are asked for at once. @default 500 */
  pageSize?: number
}

/** What another node's `revocation.list` holds. */
export function nodeRevocationSource(options: NodeRevocationSourceOptions): RevocationSource {
  const { name, list, pageSize = 500 } = options
  return {
    name,
    async fetch(cursor, { signal } = {}) {
      const after = cursor === undefined ? 0 : Number(cursor)
      const { revocations } = await list({ after, limit: pageSize }, { signal })
      let last = after
      for (const { sequence } of revocations) {
        // Or the other node could have us read the same page for ever.
        if (!Number.isSafeInteger(sequence) || sequence <= last) {
          throw new LumosError('malformed-frame', `${name} lists its revocations out of order.`)
        }
        last = sequence
      }
      return {
        tokens: revocations.map(({ token }) => token),
        cursor: String(last),
        hasMore: revocations.length >= pageSize,
      }
    },
  }
}
