import { isLumosError, type LumosClient, type SignedTreeHead } from '@lomusai/client-js'

/** What the newest head proves beside the one this browser saw before. */
export type Trust =
  | { state: 'first' }
  | { state: 'consistent'; since: string }
  /** The signature is wrong, or the past is not what it was. */
  | { state: 'broken'; reason: string }

const headKey = (nodeId: string) => `lumos.audit-head.${nodeId}`

/**
 * Checks that the node signed its log, and that the log still begins with everything it held when this browser
 * looked last. Remembers a head that is right; a broken one never replaces it.
 */
export async function checkHead(
  client: LumosClient,
  storage: Storage,
): Promise<{ head: SignedTreeHead; trust: Trust }> {
  const { nodeId } = await client.getNode()
  const stored = storage.getItem(headKey(nodeId))
  const since = stored === null ? undefined : (JSON.parse(stored) as SignedTreeHead)
  try {
    const head = await client.audit.verify({ nodeId, ...(since && { since }) })
    storage.setItem(headKey(nodeId), JSON.stringify(head))
    return { head, trust: since ? { state: 'consistent', since: since.timestamp } : { state: 'first' } }
  } catch (error) {
    if (!isLumosError(error) || error.code !== 'invalid-proof') throw error
    return { head: await client.audit.head(), trust: { state: 'broken', reason: error.message } }
  }
}
