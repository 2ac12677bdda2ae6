import { expect, it } from 'vitest'
import { errorCodes, LumosError } from '../../src/contracts/index.ts'
import { errorFromRemote, toLumosError } from '../../src/core/index.ts'

it('keeps an error of ours and wraps any other with its cause', () => {
  const ours = new LumosError('conflict', 'Taken.')
  expect(toLumosError(ours, 'internal')).toBe(ours)
  const cause = new TypeError('x is not a function')
  expect(toLumosError(cause, 'tool-failed')).toMatchObject({
    code: 'tool-failed',
    message: cause.message,
    cause,
  })
  expect(toLumosError('text', 'internal')).toMatchObject({ code: 'internal', message: 'text' })
})

it('turns every described error back into the same error', () => {
  for (const code of Object.keys(errorCodes) as (keyof typeof errorCodes)[]) {
    const error = new LumosError(code, 'Why.', { details: { code }, retryable: true })
    expect(errorFromRemote(JSON.parse(JSON.stringify(error))).toJSON()).toEqual(error.toJSON())
  }
})

it('makes an error of whatever a node says instead of one', () => {
  for (const said of [
    undefined,
    null,
    5,
    'boom',
    [],
    {},
    { code: 'toString' },
    { code: '__proto__' },
    { code: 7 },
  ]) {
    expect(errorFromRemote(said as never)).toMatchObject({ code: 'internal' })
  }
  expect(errorFromRemote({ code: 'forbidden', message: 5, retryable: 'yes', details: [] })).toMatchObject({
    code: 'forbidden',
    retryable: false,
    details: undefined,
  })
  expect(errorFromRemote({ code: 'forbidden', message: 'x'.repeat(9000) }).message).toHaveLength(4096)
})
