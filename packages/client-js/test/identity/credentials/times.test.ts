import { expect, it } from 'vitest'
import {
  assertNow,
  millisecondsOf,
  numericDate,
  secondsOf,
  timeText,
} from '../../../src/identity/credentials/times.ts'
import { code, reason } from '../refused.ts'

it('the seconds of a JWT are any from 1970 to the year 5138, or none', () => {
  expect([0, 1.5, 1e11, undefined].map(numericDate)).toEqual([0, 1500, 1e14, undefined])
  for (const value of [-1, 1e11 + 1, '5', null, [], {}]) {
    expect(() => numericDate(value)).toThrow(reason('malformed', 'invalid-request'))
  }
  expect(secondsOf(1999)).toBe(1)
})

it('the time of a credential is a date with its zone', () => {
  expect(millisecondsOf('1970-01-01T00:00:01Z')).toBe(1000)
  expect(millisecondsOf('1970-01-01T01:00:00.5+01:00')).toBe(500)
  for (const value of [
    undefined,
    0,
    '1970-01-01T00:00:01',
    '1970-01-01 00:00:01Z',
    '1970-13-01T00:00:01Z',
    ' 1970-01-01T00:00:01Z',
    '1970-01-01T00:00:01Z ',
    '1970-01-01T00:00:01.Z',
    '1970-01-01T00:00:01+1:00',
  ]) {
    expect(() => millisecondsOf(value)).toThrow(reason('malformed'))
  }
  expect(timeText(1000)).toBe('1970-01-01T00:00:01.000Z')
  expect(() => timeText(Number.NaN)).toThrow(code('invalid-request'))
})

it('clocks may differ by a minute, and a time that nobody gave has come', () => {
  const now = 1_000_000
  for (const fine of [{}, { from: now + 60_000 }, { until: now - 59_999 }]) assertNow(fine, now)
  expect(() => assertNow({ from: now + 60_001 }, now)).toThrow(reason('not-yet-valid'))
  expect(() => assertNow({ until: now - 60_000 }, now)).toThrow(reason('expired'))
})
