const idNames = ['runId', 'threadId', 'messageId', 'toolCallId', 'nodeId', 'id', 'contextId', 'taskId']

/**
 * The value with each id that chance made replaced by its number in order of appearance: two runs of one scenario
 * then read the same. Members that are undefined go, as they do on a wire.
 */
export function normalise(value: unknown): unknown {
  const plain = JSON.parse(JSON.stringify(value)) as unknown
  const numbers = new Map<string, string>()
  visit(plain, (name, text) => {
    if (idNames.includes(name) && !numbers.has(text)) numbers.set(text, `<${numbers.size + 1}>`)
  })
  return JSON.parse(JSON.stringify(plain), (_name, inner) =>
    typeof inner === 'string' ? (numbers.get(inner) ?? inner) : inner,
  )
}

function visit(value: unknown, onText: (name: string, text: string) => void): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string') onText(name, inner)
    else visit(inner, onText)
  }
}
