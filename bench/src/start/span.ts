/** What took how long. */
export interface Span {
  name: string
  ms: number
  /** Of the whole process, all threads. Absent where nobody counts it. */
  cpuMs?: number
}

/** The median of each span over the rounds. */
export function mediansOf(rounds: readonly Span[][]): Span[] {
  return (rounds[0] ?? []).map(({ name }) => {
    const spans = rounds.flatMap(round => round.filter(span => span.name === name))
    const cpu = spans.flatMap(span => span.cpuMs ?? [])
    return { name, ms: median(spans.map(({ ms }) => ms)), ...(cpu.length > 0 && { cpuMs: median(cpu) }) }
  })
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
