import type { Command, Grant, PrincipalDid } from '@lomusai/client-js'

/** Grants that a person gave as one: to one holder, under one name, for one time. */
export interface GrantGroup {
  /** Of its first grant. */
  cid: string
  audience: PrincipalDid
  label: string | undefined
  commands: Command[]
  grants: Grant[]
  createdAt: string
  expiresAt: string | undefined
  revokedAt: string | undefined
}

/** In the order of their newest grants. */
export function groupGrants(grants: readonly Grant[]): GrantGroup[] {
  const groups = new Map<string, GrantGroup>()
  for (const grant of grants) {
    const { cid, audience, label, command, createdAt, expiresAt, revokedAt, policy } = grant
    // A grant with conditions stands alone: they are its own.
    const isOwn = policy.length > 0
    const key = JSON.stringify([audience, label, expiresAt, revokedAt === undefined, isOwn && cid])
    const group = groups.get(key)
    if (group === undefined) {
      groups.set(key, {
        cid,
        audience,
        label,
        commands: [command],
        grants: [grant],
        createdAt,
        expiresAt,
        revokedAt,
      })
    } else {
      group.commands.push(command)
      group.grants.push(grant)
    }
  }
  return [...groups.values()]
}

export function isActive({ expiresAt, revokedAt }: GrantGroup, now: number): boolean {
  return revokedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > now)
}
