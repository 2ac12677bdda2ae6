import type { DelegationCid, PrincipalDid } from '../../contracts/index.ts'
import { coversCommand } from '../../core/index.ts'
import type { PolicyBudget } from '../policy/index.ts'
import type { Delegation } from '../ucan/index.ts'
import type { Chain, ChainObstacle, ChainQuestion } from './chain-question.ts'
import { findObstacle } from './link-checks.ts'
import type { SpeakingKeys } from './speaking-keys.ts'

export const maxChainLength = 16

/** So many beginnings of chains are tried; who sends delegations that need more is refused. */
const maxTries = 500

/**
 * Looks for chains from the subject to the requester among delegations in any order: each passed on by whom the one
 * before names, none wider than the one before, each good by itself. The last link is found first.
 */
export class ChainFinder {
  readonly obstacles = new Map<DelegationCid, ChainObstacle>()
  readonly #question: ChainQuestion
  readonly #speakingKeys: SpeakingKeys
  readonly #budget: PolicyBudget
  readonly #judged = new Map<Delegation, boolean>()
  #triesLeft = maxTries

  constructor(question: ChainQuestion, speakingKeys: SpeakingKeys, budget: PolicyBudget) {
    this.#question = question
    this.#speakingKeys = speakingKeys
    this.#budget = budget
  }

  /** Gives one chain after the other, until the caller has one that will do. */
  chains(): AsyncGenerator<Chain> {
    return this.#extend([])
  }

  /** No further chain has this link. */
  exclude(link: Delegation, obstacle: ChainObstacle): void {
    this.obstacles.set(link.cid, obstacle)
    this.#judged.set(link, false)
  }

  /** All chains that end in `tail`. */
  async *#extend(tail: Chain): AsyncGenerator<Chain> {
    const [first] = tail
    const holder: PrincipalDid = first?.issuer ?? this.#question.requester
    const command = first?.command ?? this.#question.command
    let isLinked = false
    if (--this.#triesLeft < 0) return
    for (const link of this.#question.candidates) {
      // One of them may have been excluded since.
      if (!tail.every(later => this.#isGood(later))) return
      if (tail.includes(link) || !this.#isAbout(link) || !coversCommand(link.command, command)) continue
      // What goes to a key does not go to others of the same person; what goes to a person goes to each key.
      if (!(await this.#speakingKeys.speaksFor(holder, link.audience))) continue
      if (!this.#isGood(link)) continue
      isLinked = true
      const chain = [link, ...tail]
      if (await this.#isRoot(link)) yield chain
      if (chain.length < maxChainLength) yield* this.#extend(chain)
    }
    if (!isLinked && first !== undefined && !(await this.#isRoot(first))) {
      this.obstacles.set(first.cid, 'not-rooted')
    }
  }

  #isAbout({ subject }: Delegation): boolean {
    return subject === null || subject === this.#question.subject
  }

  /** @see UCAN 1.0: a powerline, which names no subject, is no root */
  #isRoot({ issuer, subject }: Delegation): boolean | Promise<boolean> {
    return subject !== null && this.#speakingKeys.speaksFor(issuer, subject)
  }

  #isGood(link: Delegation): boolean {
    let isGood = this.#judged.get(link)
    if (isGood === undefined) {
      const obstacle = findObstacle(link, this.#question, this.#budget)
      isGood = obstacle === undefined
      this.#judged.set(link, isGood)
      if (obstacle !== undefined) this.obstacles.set(link.cid, obstacle)
    }
    return isGood
  }
}
