import { type JsonValue, LumosError } from '../../contracts/index.ts'
import { maxClockSkewMs } from '../../core/index.ts'
import { refusal } from './refusal.ts'

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** Seconds since 1970, as JWTs count. */
export function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}

/** Milliseconds since 1970 of a `dateTimeStamp`. @see W3C VCDM 2.0 section 4.9 */
export function millisecondsOf(time: JsonValue | undefined): number {
  const milliseconds = typeof time === 'string' && dateTime.test(time) ? Date.parse(time) : Number.NaN
  if (Number.isNaN(milliseconds)) throw refusal('malformed', 'a time is malformed')
  return milliseconds
}

export interface Validity {
  /** Milliseconds since 1970, UTC. */
  from?: number | undefined
  until?: number | undefined
}

/** @throws {LumosError} `invalid-proof` before `from` and after `until`, give or take a minute for clocks */
export function assertNow({ from, until }: Validity, now: number): void {
  if (from !== undefined && from > now + maxClockSkewMs) throw refusal('not-yet-valid', 'it is not valid yet')
  if (until !== undefined && until <= now - maxClockSkewMs) throw refusal('expired', 'it has expired')
}

/** Milliseconds of a NumericDate; undefined for none. @see RFC 7519 section 2 */
export function numericDate(value: JsonValue | undefined): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number' || value < 0 || value > 1e11)
    throw refusal('malformed', 'a time is malformed')
  return value * 1000
}

/** @throws {LumosError} `invalid-request` for what an issuer cannot mean */
export function timeText(milliseconds: number): string {
  const date = new Date(milliseconds)
  if (Number.isNaN(date.getTime())) throw new LumosError('invalid-request', 'The time is out of range.')
  return date.toISOString()
}
