import { LumosError } from '../contracts/index.ts'

/**
 * The one JSON text of a value: members sorted by UTF-16 code unit, no white space, ECMAScript numbers.
 *
 * @throws {LumosError} `invalid-request` for what JSON cannot say: NaN, a cycle, half a surrogate pair, undefined
 * @see RFC 8785
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined
  try {
    const ordered = inOrder(value)
    // Once members are in order, the engine's own writer gives the canonical text, and several times faster.
    text = ordered === unplain ? written(value) : JSON.stringify(ordered)
  } catch (cause) {
    throw new LumosError('invalid-request', 'The value has no canonical JSON form.', { cause })
  }
  if (text === undefined) throw new LumosError('invalid-request', 'The value has no JSON form.')
  return text
}

/** The text of any value, member by member; undefined for what JSON leaves out. */
function written(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null) {
    if ('toJSON' in value && typeof value.toJSON === 'function') return written(value.toJSON())
    if (value instanceof Number || value instanceof String || value instanceof Boolean) {
      return written(value.valueOf())
    }
    if (Array.isArray(value)) return `[${Array.from(value, item => written(item) ?? 'null').join(',')}]`
    return `{${Object.keys(value)
      .sort()
      .flatMap(name => writtenMember(value, name))
      .join(',')}}`
  }
  const isLost =
    typeof value === 'string' ? !value.isWellFormed() : typeof value === 'number' && !Number.isFinite(value)
  if (isLost) throw new TypeError('JSON has no text for it.')
  return JSON.stringify(value)
}

function writtenMember(object: object, name: string): string[] {
  const member = written(object[name as keyof object])
  return member === undefined ? [] : [`${written(name)}:${member}`]
}

/** Stands for a value that is not plain JSON, or whose members no object can hold in order. */
const unplain = Symbol('unplain')

/** The same value with the members of its objects in order: itself where they are, else a copy. */
function inOrder(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? value : unplain
    case 'number':
      return Number.isFinite(value) ? value : unplain
    case 'boolean':
      return value
    case 'object':
      if (value === null) return null
      return Array.isArray(value) ? itemsInOrder(value) : membersInOrder(value as Record<string, unknown>)
    default:
      return unplain
  }
}

function itemsInOrder(items: unknown[]): unknown {
  let copy: unknown[] | undefined
  for (let index = 0; index < items.length; index += 1) {
    const item = inOrder(items[index])
    if (item === unplain) return unplain
    if (item !== items[index]) {
      copy ??= items.slice()
      copy[index] = item
    }
  }
  return copy ?? items
}

function membersInOrder(object: Record<string, unknown>): unknown {
  const prototype = Object.getPrototypeOf(object)
  if (prototype !== Object.prototype && prototype !== null) return unplain
  const names = Object.keys(object)
  let copy: Record<string, unknown> | undefined
  if (!areInOrder(names)) {
    if (names.some(isLikeIndex)) return unplain
    names.sort()
    copy = {}
  }
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string
    const given = object[name]
    if (given === undefined) continue
    const member = inOrder(given)
    if (member === unplain || !name.isWellFormed()) return unplain
    if (member !== given) copy ??= pick(object, names.slice(0, index))
    if (copy === undefined) continue
    // Setting it would not make a member of it.
    if (name === '__proto__') return unplain
    copy[name] = member
  }
  return copy ?? object
}

function pick(object: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map(name => [name, object[name]]))
}

function areInOrder(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index += 1) {
    if ((names[index - 1] as string) > (names[index] as string)) return false
  }
  return true
}

/** Objects hold members named like array indices first, whatever was set first. */
function isLikeIndex(name: string): boolean {
  const first = name.charCodeAt(0)
  return first >= 0x30 && first <= 0x39
}
