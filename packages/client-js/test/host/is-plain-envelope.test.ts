import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue, RequestEnvelope } from '../../src/contracts/index.ts'
import { createEnvelope, createSystemClock } from '../../src/core/index.ts'
import { isPlainEnvelope } from '../../src/host/is-plain-envelope.ts'
import { envelope as schema } from '../../src/host/schemas.ts'
import { createIdentity } from '../../src/identity.ts'

const identity = await createIdentity()
const plain = await createEnvelope({
  verb: 'tool.list',
  params: {},
  identity,
  audience: identity.did,
  clock: createSystemClock(),
})
const asJson = (envelope: unknown) => JSON.parse(JSON.stringify(envelope)) as JsonValue
const names = [...Object.keys(plain), 'subject', 'delegations', 'other'] as (keyof RequestEnvelope)[]

describe('the quick look at an envelope', () => {
  it('recognises what our clients send', () => {
    expect(isPlainEnvelope(asJson(plain), true)).toBe(true)
    expect(isPlainEnvelope(asJson({ ...plain, proof: undefined }), false)).toBe(true)
  })

  it('leaves one with a proof to the schema where there is none to be', () => {
    expect(isPlainEnvelope(asJson(plain), false)).toBe(false)
  })

  it.each(Object.keys(plain))('leaves one without %s to the schema', name => {
    expect(isPlainEnvelope(asJson({ ...plain, [name]: undefined }), true)).toBe(false)
  })

  it('never says yes to what the schema refuses', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('', 'a'.repeat(64), 'a'.repeat(65), 'b'.repeat(128), 'b'.repeat(129), 'c'.repeat(1025)),
      fc.constantFrom(...Object.values(plain).filter(member => typeof member === 'string')),
    )
    const member = fc.oneof(
      text,
      text.map(given => `${given}\n`),
      fc.constantFrom(0, -1, 1.5, 2 ** 53, -0, 1e300, null, true, [], {}),
    )
    const change = fc.tuple(fc.constantFrom(...names), fc.option(member, { nil: undefined }))
    let quick = 0
    const property = fc.property(fc.array(change, { maxLength: 3 }), changes => {
      const changed = asJson({ ...plain, ...Object.fromEntries(changes) })
      if (!isPlainEnvelope(changed, true)) return
      quick += 1
      expect(schema.safeParse(changed).success).toBe(true)
    })
    fc.assert(property, { numRuns: 3000 })
    expect(quick).toBeGreaterThan(100)
  })
})
