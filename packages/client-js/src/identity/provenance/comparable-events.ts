import type { AgentEvent, JsonValue } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'
import { codeOf } from './recorded-models.ts'

/** Events as two runs of one history have them in common: without what the host adds, and without chance. */
export function comparableEvents(events: readonly AgentEvent[]): AgentEvent[] {
  const own = events.filter(({ type }) => type !== 'run-started' && type !== 'run-finished')
  const numbered = own.map(event => {
    const { id: _, ...rest } = event as AgentEvent & { id?: number }
    return rest as AgentEvent
  })
  return nameByOrder(inOrderOfCalls(withoutGivenUp(numbered)).map(withoutReasons(own)))
}

/** A step that started again takes back what came before it. */
function withoutGivenUp(events: AgentEvent[]): AgentEvent[] {
  const attempts: AgentEvent[][] = [[]]
  for (const event of events) {
    if (event.type === 'step-started') {
      const [before] = attempts.at(-1) as AgentEvent[]
      if (before?.type === 'step-started' && before.step === event.step) attempts.pop()
      attempts.push([])
    }
    attempts.at(-1)?.push(event)
  }
  return attempts.flat()
}

/** Tools of one step finish in any order. */
function inOrderOfCalls(events: AgentEvent[]): AgentEvent[] {
  const places = new Map<string, number>()
  for (const event of events) {
    if (event.type === 'message-added') {
      for (const { data } of event.message.parts) {
        const id = isJsonObject(data) ? data.toolCallId : undefined
        if (typeof id === 'string' && !places.has(id)) places.set(id, places.size)
      }
    }
  }
  const sorted: AgentEvent[] = []
  let group: AgentEvent[] = []
  const placeOf = (event: AgentEvent) => ('toolCallId' in event ? (places.get(event.toolCallId) ?? 0) : 0)
  const flush = () => {
    sorted.push(...group.sort((one, other) => placeOf(one) - placeOf(other)))
    group = []
  }
  for (const event of events) {
    if (event.type === 'tool-finished' || event.type === 'approval-decided') group.push(event)
    else {
      flush()
      sorted.push(event)
    }
  }
  flush()
  return sorted
}

/** A refused call's arguments are not recorded as the model wrote them, so neither is why exactly it was refused. */
function withoutReasons(events: readonly AgentEvent[]): (event: AgentEvent) => AgentEvent {
  const accepted = new Set(events.flatMap(event => (event.type === 'tool-called' ? [event.toolCallId] : [])))
  const codeOnly = (result: JsonValue): JsonValue => ({ error: { code: codeOf(result) ?? null } })
  return event => {
    if (event.type === 'tool-finished' && !accepted.has(event.toolCallId)) {
      return { ...event, result: codeOnly(event.result) }
    }
    if (event.type !== 'message-added') return event
    const parts = event.message.parts.map(part => {
      const { data } = part
      const isRefusal = isJsonObject(data) && 'result' in data && !accepted.has(data.toolCallId as never)
      return isRefusal ? { ...part, data: { ...data, result: codeOnly(data.result as JsonValue) } } : part
    })
    return { ...event, message: { ...event.message, parts } }
  }
}

/** The agent makes up message and call ids: the first becomes `#1`, and so on. */
function nameByOrder(events: AgentEvent[]): AgentEvent[] {
  const names = new Map<string, string>()
  const nameOf = (id: string) => {
    if (!names.has(id)) names.set(id, `#${names.size + 1}`)
    return names.get(id) as string
  }
  const rename = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(rename)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const isId = (name === 'toolCallId' || name === 'messageId') && typeof member === 'string'
        return [name, isId ? nameOf(member) : rename(member)]
      }),
    )
  }
  return events.map(event => rename(event as unknown as JsonValue) as unknown as AgentEvent)
}
