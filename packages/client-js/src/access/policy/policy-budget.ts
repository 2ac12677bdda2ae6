import { LumosError } from '../../contracts/index.ts'

/** What judging one request's parameters may cost: about one unit for each value or character looked at. */
export interface PolicyBudget {
  /** @throws {LumosError} `forbidden` once it is used up */
  spend(units: number): void
}

/** Listing the names of a large map takes so much longer than looking at as many values. */
export const unitsPerName = 20

/** About 10 ms. Policies come from others, parameters too: their product must stay small. */
const defaultUnits = 2_000_000

export function createPolicyBudget(units = defaultUnits): PolicyBudget {
  let left = units
  return {
    spend(spent) {
      left -= spent
      if (left < 0) {
        throw new LumosError(
          'forbidden',
          'The conditions of the permission cost too much to check. Ask for less.',
        )
      }
    },
  }
}
