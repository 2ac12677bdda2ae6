import type { PrincipalDid, UsageResource } from '../../contracts/index.ts'
import { storeKey } from '../../core/index.ts'

const policyKind = 'usage-policy'
const derivedKind = 'usage-derived'
const endKind = 'usage-end'

export const endPrefix = `${endKind}/`

export function ownerPrefix(owner: PrincipalDid): string {
  return `${storeKey(policyKind, owner)}/`
}

/** What the owner signed, oldest version first. */
export function policyPrefix({ owner, name }: UsageResource): string {
  return `${storeKey(policyKind, owner, name)}/`
}

/** The signature keeps two policies of one version apart. */
export function policyKey(resource: UsageResource, version: number, signature: string): string {
  return `${policyPrefix(resource)}${padded(version)}/${signature.slice(0, 22)}`
}

/** What binds it because of what it was made of. */
export function derivedPrefix({ owner, name }: UsageResource): string {
  return `${storeKey(derivedKind, owner, name)}/`
}

export function ownerDerivedPrefix(owner: PrincipalDid): string {
  return `${storeKey(derivedKind, owner)}/`
}

export function endKey({ owner, name }: UsageResource, endsAt: number): string {
  return storeKey(endKind, padded(endsAt), owner, name)
}

export function readEndKey(key: string): { endsAt: number; resource: UsageResource } {
  const [, endsAt = '', owner = '', name = ''] = key.split('/').map(decodeURIComponent)
  return { endsAt: Number(endsAt), resource: { owner: owner as PrincipalDid, name } }
}

/** So that keys sort as numbers do; a number of 16 digits is as large as one can be. */
function padded(value: number): string {
  return String(value).padStart(16, '0')
}
