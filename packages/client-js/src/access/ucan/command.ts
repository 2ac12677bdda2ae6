import { type Command, LumosError } from '../../contracts/index.ts'

const maxLength = 256
// What people could take for another command when they read it: spaces, controls, invisible characters.
const unreadable = /[\s\p{C}]/u

/** Whether `value` is a command: `/`, or lowercase segments with a `/` before each. @see UCAN 1.0, Segment Structure */
export function isCommand(value: unknown): value is Command {
  if (typeof value !== 'string' || value.length > maxLength || unreadable.test(value)) return false
  if (value === '/') return true
  return value.startsWith('/') && value === value.toLowerCase() && !`${value}/`.includes('//')
}

/** @throws {LumosError} `invalid-request` */
export function assertCommand(value: unknown): Command {
  if (isCommand(value)) return value
  throw new LumosError('invalid-request', 'A command is / or lowercase segments, each after a slash.')
}
