import { type Delegation, GrantIndex, issueDelegation } from '../../../src/access/index.ts'
import type { Command, Did, Identity, PolicyStatement, PrincipalDid } from '../../../src/contracts/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { Door, identityOf, outcomeOf } from '../access-setup.ts'
import { type Condition, devicesOfAnna, type Link, type Name } from './oracle.ts'
import type { Case } from './random-chains.ts'

const anna = 'did:lumos:anna' as PrincipalDid
const policies: Record<Condition, PolicyStatement[]> = {
  none: [],
  'n is 1': [['==', '.n', 1]],
  'n above 0': [['>', '.n', 0]],
  's starts with a': [['like', '.s', 'a*']],
}

/** Puts cases to the real access control. */
export class Judge {
  readonly #identities = new Map<Name, Identity>()
  readonly #verifier = createVerifier()

  static async create(): Promise<Judge> {
    const judge = new Judge()
    const names: Name[] = ['node', 'k1', 'k2', 'k3', 'k4']
    for (const [index, name] of names.entries()) judge.#identities.set(name, await identityOf(200 + index))
    return judge
  }

  /** Whether it is admitted; anything but a refusal throws. */
  async isAdmitted({ query, links }: Case): Promise<boolean> {
    const grants = new GrantIndex()
    const { publicCommands } = query
    const door = new Door(this.#identity('node'), {
      grants,
      verifier: this.#verifier,
      publicCommands: publicCommands as Command[],
    })
    door.keys.keys.set(
      anna,
      devicesOfAnna.map(name => this.#identity(name).did),
    )
    const presented: Delegation[] = []
    for (const link of links) {
      const delegation = await this.#issue(link, door.nowSeconds)
      door.revoked.set(
        delegation.cid,
        link.revokers.map(name => this.#did(name)),
      )
      if (link.isRemembered) grants.add(delegation)
      else presented.push(delegation)
    }
    const outcome = await outcomeOf(
      door.ask({
        issuer: this.#identity(query.requester),
        subject: this.#did(query.subject),
        scope: query.scope,
        command: query.command as Command,
        params: query.params,
        delegations: presented,
      }),
    )
    if (outcome !== 'admitted' && outcome !== 'forbidden') throw new Error(`Unexpected outcome: ${outcome}`)
    return outcome === 'admitted'
  }

  #issue(link: Link, nowSeconds: number): Promise<Delegation> {
    const { startsIn, endsIn, subject } = link
    return issueDelegation(this.#identity(link.signer), {
      issuer: this.#did(link.issuer),
      audience: this.#did(link.audience),
      subject: subject === null ? null : this.#did(subject),
      command: link.command as Command,
      policy: policies[link.condition],
      expiresAt: endsIn === undefined ? null : nowSeconds + endsIn,
      ...(startsIn !== undefined && { notBefore: nowSeconds + startsIn }),
    })
  }

  #identity(name: Name): Identity {
    return this.#identities.get(name) as Identity
  }

  #did(name: Name): Did | PrincipalDid {
    return name === 'anna' ? anna : this.#identity(name).did
  }
}
