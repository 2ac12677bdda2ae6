import type { Clock, RequestEnvelope, Verifier } from '@lomusai/client-js'
import { createIdentity, createVerifier } from '@lomusai/client-js/identity'
import { createEnvelope, verifyEnvelope } from '../../../packages/client-js/src/core/envelope.ts'

/** What signing and checking add to each call, whatever the call is. */
export async function createSignedRequest() {
  const identity = await createIdentity()
  const verifier: Verifier = createVerifier()
  const clock: Clock = { now: () => Date.now(), setTimer: () => () => {} }
  const sign = () =>
    createEnvelope({
      verb: 'thread.get',
      params: { threadId: 'team-1' as never },
      identity,
      audience: identity.did,
      clock,
    })
  const envelope: RequestEnvelope = await sign()
  return {
    sign: async () => {
      await sign()
    },
    verify: () => verifyEnvelope(envelope, verifier),
  }
}
