/**
 * What the rules of permission are, written as plainly as they can be: every order of every selection of links is
 * tried. Slow, and knows nothing of the code that it judges.
 */

export type Name = 'node' | 'k1' | 'k2' | 'k3' | 'k4' | 'anna'

/** Anna is a person with two devices; everybody else is a key. */
export const devicesOfAnna: readonly Name[] = ['k1', 'k2']

export interface Link {
  issuer: Name
  /** The key whose signature it carries. */
  signer: Name
  audience: Name
  subject: Name | null
  command: string
  condition: Condition
  /** Seconds from now. */
  startsIn: number | undefined
  endsIn: number | undefined
  revokers: readonly Name[]
  /** The node remembers it; the requester does not show it. */
  isRemembered: boolean
}

export type Condition = 'none' | 'n is 1' | 'n above 0' | 's starts with a'

export interface Query {
  requester: Name
  subject: Name
  scope: 'node' | 'owner'
  command: string
  params: { n: number; s: string }
  publicCommands: readonly string[]
}

export function isAllowed(query: Query, links: readonly Link[]): boolean {
  const { requester, subject, scope, command, publicCommands } = query
  const mayUseNode =
    requester === 'node' ||
    publicCommands.some(held => covers(held, command)) ||
    someChain(links, chain => isValid(chain, 'node', command, query))
  if (scope === 'node' || !mayUseNode) return mayUseNode
  if (acts(requester, subject)) return true
  // Only who holds all of the node may touch what is the node's own.
  const wanted = subject === 'node' ? '/' : command
  const usable = links.filter(link => !link.isRemembered || subject === 'node')
  return someChain(usable, chain => isValid(chain, subject, wanted, query))
}

/** Tries every order of every selection. */
function someChain(links: readonly Link[], test: (chain: Link[]) => boolean, chain: Link[] = []): boolean {
  if (chain.length > 0 && test(chain)) return true
  return links.some(link => !chain.includes(link) && someChain(links, test, [...chain, link]))
}

function isValid(chain: Link[], subject: Name, command: string, query: Query): boolean {
  const first = chain[0] as Link
  if (first.subject === null || !acts(first.issuer, subject)) return false
  const known: Name[] = [subject]
  for (const [index, link] of chain.entries()) {
    const next = chain[index + 1]
    if (link.subject !== null && link.subject !== subject) return false
    if (!acts(link.signer, link.issuer) || link.signer === 'anna') return false
    if (!acts(next?.issuer ?? query.requester, link.audience)) return false
    if (!covers(link.command, next?.command ?? command)) return false
    if (link.startsIn !== undefined && link.startsIn > 60) return false
    if (link.endsIn !== undefined && link.endsIn < -60) return false
    if (!meets(link.condition, query.params)) return false
    known.push(link.issuer)
    if (link.revokers.some(revoker => known.includes(revoker))) return false
    known.push(link.audience)
  }
  return true
}

/** Whether one stands for the other: the same, or a device of the person. */
function acts(who: Name, principal: Name): boolean {
  return who === principal || (principal === 'anna' && devicesOfAnna.includes(who))
}

function covers(held: string, wanted: string): boolean {
  const segments = (command: string) => command.split('/').filter(segment => segment !== '')
  return segments(held).every((segment, index) => segments(wanted)[index] === segment)
}

function meets(condition: Condition, { n, s }: Query['params']): boolean {
  if (condition === 'n is 1') return n === 1
  if (condition === 'n above 0') return n > 0
  if (condition === 's starts with a') return s.charAt(0) === 'a'
  return true
}
