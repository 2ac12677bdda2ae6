import {
  type AbortOptions,
  type Clock,
  type Identity,
  type KeyDirectory,
  LumosError,
  type SignedUsagePolicy,
  type UsagePolicy,
  type UsageResource,
  type Verifier,
} from '../../contracts/index.ts'
import { base64url, canonicalJson, createSystemClock, utf8 } from '../../core/index.ts'
import { decodeSignedUsagePolicy } from './decode-usage-policy.ts'

export interface SignUsagePolicyOptions {
  resource: UsageResource
  policy: UsagePolicy
  /** One more than that of the policy it replaces. @default 1 */
  version?: number
  /** @default the machine's clock */
  clock?: Clock
}

/**
 * The policy as copies of the data carry it.
 *
 * @param identity - the owner, or one of the owner's keys
 * @throws {LumosError} `invalid-request` for a policy, name or version that is none
 */
export async function signUsagePolicy(
  identity: Identity,
  options: SignUsagePolicyOptions,
): Promise<SignedUsagePolicy> {
  const { resource, policy, version = 1, clock = createSystemClock() } = options
  const unsigned = {
    type: 'lumos-usage/1' as const,
    owner: resource.owner,
    resource: resource.name,
    version,
    policy,
    issuedAt: new Date(clock.now()).toISOString(),
    issuer: identity.did,
  }
  const signature = base64url.encode(await identity.sign(signedBytes(unsigned)))
  return decodeSignedUsagePolicy({ ...unsigned, signature })
}

/**
 * Resolves when a key that speaks for the owner signed exactly this.
 *
 * @param by.keys - needed for owners that are not a key themselves
 * @throws {LumosError} `invalid-proof`; `identity-unavailable` when the owner's keys cannot be learned
 */
export async function verifyUsagePolicy(
  signed: SignedUsagePolicy,
  by: { verifier: Verifier; keys?: KeyDirectory | undefined },
  options: AbortOptions = {},
): Promise<void> {
  const { signature, ...unsigned } = decodeSignedUsagePolicy(signed)
  const { owner, issuer } = unsigned
  const speaks = owner === issuer || (await by.keys?.keysOf(owner, options))?.includes(issuer)
  if (!speaks) throw new LumosError('invalid-proof', 'The usage policy is not signed by a key of its owner.')
  const isValid = await by.verifier.verify(issuer, signedBytes(unsigned), base64url.decode(signature))
  if (!isValid) throw new LumosError('invalid-proof', 'The signature of the usage policy does not verify.')
}

function signedBytes(unsigned: Omit<SignedUsagePolicy, 'signature'>): Uint8Array {
  return utf8.encode(canonicalJson(unsigned))
}
