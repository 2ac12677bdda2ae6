import { expect } from 'vitest'

/** A message that tells a person why: of some length, with something after its colon. */
const saysWhy = /^(?!.*: \.$).{13,}$/s

/** A LumosError of this code that says why. */
export const code = (name: string) =>
  expect.objectContaining({ name: 'LumosError', code: name, message: expect.stringMatching(saysWhy) })

/** A credential that is not accepted for this reason, and says why. */
export const reason = (name: string, errorCode?: string) =>
  expect.objectContaining({
    details: { reason: name },
    message: expect.stringMatching(saysWhy),
    ...(errorCode !== undefined && { code: errorCode }),
  })
