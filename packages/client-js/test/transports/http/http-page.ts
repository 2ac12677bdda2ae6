import { createClient, type RunEvent } from '@lomusai/client-js'

/** What the spec beside this file calls in the page. */
const calls = {
  /** A whole run: its events' types, its text, and how many events came before the answer was complete. */
  async stream(baseUrl: string) {
    await using client = createClient({ baseUrl })
    const stream = await client.getAgent('assistant').stream('Count.')
    const types: string[] = []
    for await (const event of stream) types.push(event.type)
    return { types, text: await stream.text, place: stream.place.kind }
  },

  /** Leaves a run after its first text, and reads all of it again later. */
  async leaveAndResume(baseUrl: string) {
    await using client = createClient({ baseUrl })
    const leaving = new AbortController()
    const stream = await client.getAgent('assistant').stream('Count.', { signal: leaving.signal })
    const seen: RunEvent[] = []
    try {
      for await (const event of stream) {
        seen.push(event)
        if (event.type === 'text-delta') leaving.abort(new Error('left'))
      }
    } catch (error) {
      if ((error as Error).message !== 'left') throw error
    }
    const offset = seen.length
    for await (const event of client.observe({ runId: stream.runId, offset })) seen.push(event)
    return { offset, ids: seen.map(event => event.id), last: seen.at(-1)?.type }
  },

  /** The code that a call ends with. */
  async codeOf(baseUrl: string) {
    await using client = createClient({ baseUrl, timeoutMs: 2000 })
    return client.getNode().then(
      () => 'answered',
      (error: { code?: string }) => error.code,
    )
  },
}

export type HttpCalls = typeof calls
Object.assign(globalThis, { calls })
