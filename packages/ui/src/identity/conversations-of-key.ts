import { isLumosError, type Message, type PlaceKind, type Thread } from '@lomusai/client-js'
import type { Lumos } from '../lumos/lumos.ts'
import { placeKinds } from '../lumos/place.ts'

export interface Conversation {
  place: PlaceKind
  thread: Thread
  messages: Message[]
}

/** The conversations of whoever this page is, in every place that answers now. */
export async function readConversations(lumos: Lumos): Promise<Conversation[]> {
  const ready = placeKinds.filter(kind => lumos.places[kind].status.get().state === 'ready')
  const found = await Promise.all(ready.map(place => readFrom(lumos, place)))
  return found.flat()
}

/** Gives them to whoever this page is now. What was brought before is left as it is. */
export async function bringConversations(lumos: Lumos, conversations: Conversation[]): Promise<void> {
  for (const { place, thread, messages } of conversations) {
    const client = await lumos.places[place].reach()
    const { threadId, title } = thread
    await client.createMemoryThread({ threadId, ...(title !== undefined && { title }) }).catch(ignoreConflict)
    if (messages.length > 0) await client.getMemoryThread(threadId).addMessage(messages)
  }
}

async function readFrom(lumos: Lumos, place: PlaceKind): Promise<Conversation[]> {
  const client = await lumos.client(place)
  const threads = await client.getMemoryThreads()
  return Promise.all(
    threads.map(async thread => ({
      place,
      thread,
      messages: await client.getMemoryThread(thread.threadId).listMessages({ limit: 1000 }),
    })),
  )
}

function ignoreConflict(error: unknown): void {
  if (!isLumosError(error) || error.code !== 'conflict') throw error
}
