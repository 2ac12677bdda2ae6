import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/contracts/index.ts'
import {
  createDisclosure,
  digestOf,
  readDisclosure,
  unpackClaims,
} from '../../../src/identity/credentials/index.ts'
import { splitSdJwt } from '../../../src/identity/credentials/sd-jwt/sd-jwt-text.ts'
import { code, reason } from '../refused.ts'

describe('a text with disclosures', () => {
  it('has 256 KiB and 256 disclosures at most', () => {
    const limit = 256 * 1024
    expect(splitSdJwt(`${'x'.repeat(limit - 1)}~`).jwt).toHaveLength(limit - 1)
    expect(() => splitSdJwt(`${'x'.repeat(limit)}~`)).toThrow(code('too-large'))
    expect(splitSdJwt('~'.repeat(257)).disclosures).toHaveLength(256)
    expect(() => splitSdJwt('~'.repeat(258))).toThrow(code('too-large'))
  })

  it.each([null, 5, '', 'a.b.c'])('is not %j', text => {
    expect(() => splitSdJwt(text)).toThrow(reason('malformed'))
  })
})

describe('a disclosure', () => {
  const nested = (levels: number): JsonValue => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)

  it('has 64 KiB and 32 levels at most', () => {
    const overhead = JSON.stringify(['x'.repeat(22), '']).length
    const largest = 'x'.repeat(64 * 1024 - overhead)
    expect(readDisclosure(createDisclosure(largest).text).value).toBe(largest)
    expect(() => readDisclosure(createDisclosure(`${largest}x`).text)).toThrow(code('too-large'))
    expect(readDisclosure(createDisclosure(nested(31)).text).value).toEqual(nested(31))
    expect(() => readDisclosure(createDisclosure(nested(32)).text)).toThrow(code('too-large'))
  })

  it.each(['', '!', 'A', 'WyJ4Il', 'bm90IGpzb24'])('is not %j', text => {
    expect(() => readDisclosure(text)).toThrow(reason('malformed'))
  })
})

describe('claims', () => {
  it('need no word for the only algorithm there is', async () => {
    const { text } = createDisclosure('Blue', 'team')
    const { claims, places } = await unpackClaims({ _sd: [await digestOf(text)] }, [readDisclosure(text)])
    expect(claims).toEqual({ team: 'Blue' })
    expect([...places.keys()]).toEqual(['/team'])
  })

  /** `levels` lists, each hidden in the one around it. */
  async function hidden(levels: number) {
    const disclosures = []
    let value: JsonValue = []
    for (let level = 1; level < levels; level++) {
      const disclosure = createDisclosure(value)
      disclosures.push(disclosure)
      value = [{ '...': await digestOf(disclosure.text) }]
    }
    return unpackClaims({ a: value }, disclosures)
  }
  /** As many levels, each made of the one inside it. */
  const nest = (wrap: (inner: JsonValue) => JsonValue, innermost: JsonValue) => (levels: number) => {
    let value = innermost
    for (let level = 1; level < levels; level++) value = wrap(value)
    return unpackClaims({ a: value }, [])
  }

  it.each<[string, (levels: number) => Promise<unknown>]>([
    ['objects', nest(inner => ({ a: inner }), {})],
    ['lists', nest(inner => [inner], [])],
    ['lists that are hidden', hidden],
  ])('have 64 levels of %s at most', async (_, claimsOf) => {
    await expect(claimsOf(64)).resolves.toBeDefined()
    await expect(claimsOf(65)).rejects.toThrow(reason('malformed', 'invalid-request'))
  })
})
