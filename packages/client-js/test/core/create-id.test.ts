import { expect, it } from 'vitest'
import { createId, createTraceparent } from '../../src/core/index.ts'

it('makes UUIDs of version 7 that carry the time and never repeat', () => {
  const before = Date.now()
  const ids = Array.from({ length: 1000 }, createId)
  const after = Date.now()
  expect(new Set(ids).size).toBe(1000)
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(after)
  }
})

it('starts sampled traces in the W3C form', () => {
  expect(createTraceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
})
