import type { Clock, JsonValue, PrincipalDid, Store, Tool } from '../../contracts/index.ts'
import { createSystemClock, storeKey } from '../../core/index.ts'
import { rankTexts } from './rank-texts.ts'

interface Note {
  text: string
  /** ISO 8601, UTC. */
  addedAt: string
}

const maxResults = 5
const maxSearched = 2000

/** `notes_add` and `notes_search`, over what each requester alone has noted. */
export function notesTools(store: Store, options: { clock?: Clock } = {}): Tool[] {
  return [addTool(store, options.clock ?? createSystemClock()), searchTool(store)]
}

function addTool(store: Store, clock: Clock): Tool {
  return {
    name: 'notes_add',
    description: 'Saves a note for the user, to be found again later.',
    parameters: {
      type: 'object',
      properties: { text: { type: 'string', minLength: 1, maxLength: 8192 } },
      required: ['text'],
      additionalProperties: false,
    },
    // The call's id names the note: the same call again writes the same note.
    idempotent: true,
    async execute(args, { requester, toolCallId, signal }) {
      const note: Note = { text: String(args.text), addedAt: new Date(clock.now()).toISOString() }
      const key = storeKey('note', requester, toolCallId)
      await store.putIfAbsent(key, { ...note }, { signal })
      return 'The note is saved.'
    },
  }
}

function searchTool(store: Store): Tool {
  return {
    name: 'notes_search',
    description: 'Finds notes that the user saved before.',
    parameters: {
      type: 'object',
      properties: { query: { type: 'string', minLength: 1, maxLength: 512 } },
      required: ['query'],
      additionalProperties: false,
    },
    idempotent: true,
    async execute(args, { requester, signal }) {
      const notes = await newestNotes(store, requester, signal)
      const found = rankTexts(String(args.query), notes, note => note.text).slice(0, maxResults)
      if (found.length === 0) return 'No note matches.'
      return found.map(({ item }) => ({ ...item })) as JsonValue
    },
  }
}

async function newestNotes(store: Store, requester: PrincipalDid, signal?: AbortSignal): Promise<Note[]> {
  const notes: Note[] = []
  const prefix = `${storeKey('note', requester)}/`
  // Ids sort by time.
  for await (const { value } of store.list({ prefix, reverse: true, limit: maxSearched, signal })) {
    notes.push(value as unknown as Note)
  }
  return notes
}
