import { expect, it } from 'vitest'
import { canonicalJson } from '../../../src/core/index.ts'
import { appendToDidLog, createVerifier, decodeDidLog, verifyDidLog } from '../../../src/identity/index.ts'
import { createCast } from './cast.ts'

it('a log with one bit changed, wherever, is refused', async () => {
  const cast = await createCast()
  const log = await appendToDidLog(
    cast.log,
    { type: 'add-device', key: cast.tablet.did, label: 'Tablet' },
    cast.phone,
  )
  const { did } = await verifyDidLog(log)
  const text = canonicalJson(log)
  const verifier = createVerifier()
  for (let index = 0; index < text.length; index++) {
    const changed =
      text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ 1) + text.slice(index + 1)
    await expect(async () => verifyDidLog(decodeDidLog(changed), { did, verifier })).rejects.toThrow(
      expect.objectContaining({ name: 'LumosError' }),
    )
  }
  expect.assertions(text.length)
}, 60_000)
