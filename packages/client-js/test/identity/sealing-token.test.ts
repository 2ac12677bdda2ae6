import { expect, it } from 'vitest'
import { base64url, utf8 } from '../../src/core/index.ts'
import { decodeToken, encodeToken } from '../../src/identity/sealing/token.ts'

const kind = { name: 'lumos-test/1', maxBytes: 32 }
const refused = expect.objectContaining({ code: 'invalid-request' })
const written = (json: string, name = kind.name) => `${name}:${base64url.encode(utf8.encode(json))}`

it('a token reads back, whatever white space came between', () => {
  const text = encodeToken(kind, { b: 1, a: 'x' })
  expect(text).toBe(written('{"a":"x","b":1}'))
  expect(decodeToken(kind, ` ${text.replaceAll(/.{5}/g, '$&\n\t')} `)).toEqual({ a: 'x', b: 1 })
})

it('a token of another kind, of another form or too long is refused', () => {
  expect(() => decodeToken(kind, written('{"a":1}', 'lumos-best/1'))).toThrow(refused)
  for (const json of ['[]', '7', '{ "a":1}', '{"b":1,"a":1}', '{"a":1', `{"a":"${'x'.repeat(30)}"}`]) {
    expect(() => decodeToken(kind, written(json))).toThrow(refused)
  }
  expect(() => decodeToken(kind, `${written('{}')}${' '.repeat(64)}`)).toThrow(refused)
  expect(decodeToken(kind, written('{}').padEnd(64))).toEqual({})
})
