import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/contracts/index.ts'
import {
  digestOf,
  readDisclosure,
  sha256Text,
  unpackClaims,
} from '../../../src/identity/credentials/index.ts'
import { splitSdJwt } from '../../../src/identity/credentials/sd-jwt/sd-jwt-text.ts'
import { partsOf } from './parties.ts'

describe('RFC 9901', () => {
  const { vectors, issuerKey } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../vectors/rfc9901.json'), 'utf8'),
  ) as {
    vectors: { section: string; presentation: string; processedPayload: JsonObject }[]
    issuerKey: Record<string, string>
  }

  it.each(vectors)('section $section: the disclosed payload is the one printed', async vector => {
    const { jwt, disclosures, binding } = splitSdJwt(vector.presentation)
    const [header, payload] = partsOf(jwt)
    // The examples are signed with ES256, which we never accept; that they are genuine is checked apart.
    expect(header.alg).toBe('ES256')
    expect(isSignedByEs256(jwt, issuerKey)).toBe(true)
    const { claims } = await unpackClaims(payload, disclosures.map(readDisclosure))
    expect(claims).toEqual(vector.processedPayload)
    if (binding === undefined) return
    const [, bound] = partsOf(binding)
    const presented = vector.presentation.slice(0, -binding.length)
    expect(bound.sd_hash).toBe(await sha256Text(presented))
    expect(isSignedByEs256(binding, (payload.cnf as { jwk: Record<string, string> }).jwk)).toBe(true)
  })

  it('sections 4.2.3 and 5.1: digests are as printed', async () => {
    expect(await digestOf('WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0')).toBe(
      'uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY',
    )
    expect(await digestOf('WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd')).toBe(
      'jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4',
    )
    expect(await digestOf('WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIlVTIl0')).toBe(
      'pFndjkZ_VCzmyTa6UjlZo3dh-ko8aIKQc9DlGzhaVYo',
    )
  })
})

function isSignedByEs256(jwt: string, jwk: Record<string, string>): boolean {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const at = jwt.lastIndexOf('.')
  const signature = Buffer.from(jwt.slice(at + 1), 'base64url')
  return verifySignature(
    'sha256',
    Buffer.from(jwt.slice(0, at)),
    { key, dsaEncoding: 'ieee-p1363' },
    signature,
  )
}
