import type {
  Clock,
  DataKeeper,
  JsonValue,
  PrincipalDid,
  Store,
  Tool,
  ToolContext,
  UsageGuard,
  UsageResource,
} from '../../contracts/index.ts'
import { createSystemClock, storeKey } from '../../core/index.ts'
import { createVerifier } from '../../identity/index.ts'
import { StoreUsagePolicies } from '../../privacy/usage-policy/index.ts'
import { rankTexts } from './rank-texts.ts'

interface Note {
  text: string
  /** ISO 8601, UTC. */
  addedAt: string
}

/** A note and what policies call it. */
interface NamedNote {
  resource: UsageResource
  note: Note
}

export interface NotesOptions {
  clock?: Clock
  /** Says who may use which note. @default the policies kept in the same store */
  usage?: UsageGuard
}

const maxResults = 5
const maxSearched = 2000

/**
 * `notes_add` and `notes_search`, over what each requester has noted. A note is bound by the usage policy of the
 * conversation it comes from, and by its own: that of `note/` and the id of the call that added it.
 */
export function notesTools(store: Store, options: NotesOptions = {}): Tool[] {
  const clock = options.clock ?? createSystemClock()
  const usage = options.usage ?? new StoreUsagePolicies({ store, clock, verifier: createVerifier() })
  return [addTool(store, clock, usage), searchTool(store, usage)]
}

/** Removes notes that have ended. */
export function noteKeeper(store: Store): DataKeeper {
  return { kind: 'note', remove: (owner, id, options) => store.delete(storeKey('note', owner, id), options) }
}

function addTool(store: Store, clock: Clock, usage: UsageGuard): Tool {
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
    async execute(args, context) {
      const { requester, toolCallId, signal } = context
      const note: Note = { text: String(args.text), addedAt: new Date(clock.now()).toISOString() }
      const key = storeKey('note', requester, toolCallId)
      const resource = { owner: requester, name: `note/${toolCallId}` }
      // First what binds it, then the note: it is never there unbound.
      await usage.derive(resource, [conversationOf(context)], { signal })
      await store.putIfAbsent(key, { ...note }, { signal })
      return 'The note is saved.'
    },
  }
}

function searchTool(store: Store, usage: UsageGuard): Tool {
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
    async execute(args, context) {
      const { requester, use, signal } = context
      const ranked = rankTexts(String(args.query), await newestNotes(store, requester, signal), noteText)
      const found: NamedNote[] = []
      for (const { item } of ranked) {
        if (found.length === maxResults) break
        if (await usage.allows(item.resource, use, { signal })) found.push(item)
      }
      if (found.length === 0) return 'No note matches.'
      const sources = found.map(({ resource }) => resource)
      await usage.derive(conversationOf(context), sources, { signal })
      return found.map(({ note }) => ({ ...note })) as JsonValue
    },
  }
}

async function newestNotes(store: Store, owner: PrincipalDid, signal?: AbortSignal): Promise<NamedNote[]> {
  const notes: NamedNote[] = []
  const prefix = `${storeKey('note', owner)}/`
  // Ids sort by time.
  for await (const { key, value } of store.list({ prefix, reverse: true, limit: maxSearched, signal })) {
    const name = `note/${decodeURIComponent(key.slice(prefix.length))}`
    notes.push({ resource: { owner, name }, note: value as unknown as Note })
  }
  return notes
}

function noteText({ note }: NamedNote): string {
  return note.text
}

function conversationOf({ requester, threadId }: ToolContext): UsageResource {
  return { owner: requester, name: `thread/${threadId}` }
}
