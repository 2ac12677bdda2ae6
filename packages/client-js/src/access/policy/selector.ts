import { LumosError } from '../../contracts/index.ts'
import { type PolicyBudget, unitsPerName } from './policy-budget.ts'

/** One step into a value. */
export type SelectorStep = (
  | { kind: 'field'; name: string }
  | { kind: 'values' }
  | { kind: 'index'; index: number }
  | { kind: 'slice'; from: number | undefined; to: number | undefined }
) & { isOptional: boolean }

export type Selector = readonly SelectorStep[]

/** There is no value at that path. */
export const unresolved = Symbol('unresolved')

const maxLength = 1024

// One step, with all its question marks. No part of it can match one text in two ways, so it takes linear time.
const step =
  /(?:\.([A-Za-z_][A-Za-z0-9_]*)|\.?\[(?:("(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*")|(-?\d{1,9})|(-?\d{1,9})?(:)(-?\d{1,9})?)?\])(\?*)/uy

/**
 * @param text - for instance `.to[0]`, `.["a b"]`, `.items[-1].name?`
 * @throws {LumosError} `invalid-request`
 * @see UCAN 1.0 Delegation, Selectors
 */
export function parseSelector(text: unknown): Selector {
  if (typeof text !== 'string' || text.length > maxLength || !text.startsWith('.')) throw invalid(text)
  if (text === '.') return []
  const steps: SelectorStep[] = []
  step.lastIndex = 0
  while (step.lastIndex < text.length) {
    const isFirst = step.lastIndex === 0
    const match = step.exec(text)
    // A bracket needs a dot before it at the start only.
    if (match === null || (!isFirst && match[0].startsWith('.['))) throw invalid(text)
    steps.push(stepOf(match))
  }
  return steps
}

function stepOf([, name, quoted, index, from, colon, to, marks]: RegExpExecArray): SelectorStep {
  const isOptional = marks !== ''
  if (name !== undefined) return { kind: 'field', name, isOptional }
  if (quoted !== undefined) return { kind: 'field', name: JSON.parse(quoted) as string, isOptional }
  if (index !== undefined) return { kind: 'index', index: Number(index), isOptional }
  if (colon === undefined) return { kind: 'values', isOptional }
  const bound = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits))
  return { kind: 'slice', from: bound(from), to: bound(to), isOptional }
}

/** The value at a path, or {@link unresolved}. Stops at the first step that fails unless that step is optional. */
export function resolveSelector(selector: Selector, root: unknown, budget: PolicyBudget): unknown {
  let value = root
  for (const next of selector) {
    const found = take(next, value, budget)
    if (found === unresolved && !next.isOptional) return unresolved
    value = found === unresolved ? null : found
  }
  return value
}

function take(next: SelectorStep, value: unknown, budget: PolicyBudget): unknown {
  budget.spend(1)
  if (next.kind === 'field') return takeField(next.name, value)
  if (next.kind === 'values') return takeValues(value, budget)
  if (!Array.isArray(value)) return unresolved
  if (next.kind === 'index') {
    const item: unknown = value.at(next.index)
    return item === undefined ? unresolved : item
  }
  budget.spend(value.length)
  return value.slice(next.from, next.to)
}

/** A key that a map lacks is null, so that a condition may speak of what was left out. */
function takeField(name: string, value: unknown): unknown {
  if (!isMap(value)) return unresolved
  return Object.hasOwn(value, name) ? value[name] : null
}

/** The items of a list; the values of a map, in the order of dag-cbor, whatever order the sender wrote them in. */
export function takeValues(value: unknown, budget: PolicyBudget): unknown[] | typeof unresolved {
  if (Array.isArray(value)) return value
  if (!isMap(value)) return unresolved
  const names = Object.keys(value).sort(byLengthThenText)
  budget.spend(names.length * unitsPerName)
  return names.map(name => value[name])
}

function byLengthThenText(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(text: unknown): LumosError {
  return new LumosError('invalid-request', `Not a selector of a policy: ${String(text).slice(0, 80)}`)
}
