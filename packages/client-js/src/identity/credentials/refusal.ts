import { type ErrorCode, LumosError } from '../../contracts/index.ts'

/** Why a credential or presentation is not taken: `details.reason` of the error. */
export type RefusalReason =
  | 'malformed'
  | 'algorithm'
  | 'signature'
  | 'untrusted-issuer'
  | 'type'
  | 'expired'
  | 'not-yet-valid'
  | 'audience'
  | 'nonce'
  | 'holder'
  | 'replayed'
  | 'revoked'
  | 'status-unknown'
  | 'disclosure'

const codes: Record<RefusalReason, ErrorCode> = {
  malformed: 'invalid-request',
  algorithm: 'invalid-proof',
  signature: 'invalid-proof',
  'untrusted-issuer': 'forbidden',
  type: 'invalid-request',
  expired: 'invalid-proof',
  'not-yet-valid': 'invalid-proof',
  audience: 'invalid-proof',
  nonce: 'invalid-proof',
  holder: 'invalid-proof',
  replayed: 'replayed-request',
  revoked: 'forbidden',
  'status-unknown': 'revocations-unknown',
  disclosure: 'invalid-proof',
}

export function refusal(reason: RefusalReason, why: string, cause?: unknown): LumosError {
  return new LumosError(codes[reason], `The credential is not accepted: ${why}.`, {
    cause,
    details: { reason },
  })
}
