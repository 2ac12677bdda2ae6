import type { Did } from '../contracts/index.ts'

// 0xed01 ‖ 32 bytes in base58btc always starts with z6Mk and always has this length.
const pattern = /^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/

/** Whether `value` has the form of an Ed25519 did:key. Whether it names a usable key, only a Verifier knows. */
export function isDid(value: unknown): value is Did {
  return typeof value === 'string' && pattern.test(value)
}
