import type { LumosClient } from '@lomusai/client-js'
import { createPerson } from '@lomusai/client-js/identity'
import type { Lumos } from '../lumos/lumos.ts'
import { bringConversations, readConversations } from './conversations-of-key.ts'
import type { NewDevice } from './device-fields.tsx'

/**
 * A new person on this browser, who goes on with what the page's own key had: its conversations, and the server where
 * it was the owner's.
 *
 * @param onWords - told the 24 words as soon as they matter, whatever fails later
 */
export async function createMyself(
  lumos: Lumos,
  { label, protection }: NewDevice,
  onWords: (words: string) => void,
): Promise<void> {
  const conversations = await readConversations(lumos)
  const server = await lumos.client('cloud')
  const isOwner = await owns(server)
  const place = await lumos.me.place(protection)
  const { person, words } = await createPerson({ ...place, label: label.trim() })
  onWords(words)
  try {
    if (isOwner) await server.access.grant({ audience: person.did, command: '/', label: label.trim() })
  } finally {
    await lumos.become(person)
  }
  await bringConversations(lumos, conversations)
}

/** Only owners see permissions. A server that does not answer counts as somebody else's. */
async function owns(server: LumosClient): Promise<boolean> {
  try {
    await server.access.list({ signal: AbortSignal.timeout(5000) })
    return true
  } catch {
    return false
  }
}
