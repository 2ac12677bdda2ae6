import { sharedLength } from './key-value-columns.ts'

/** A shorter common start costs more bookkeeping than it saves. */
const minSharedTokens = 32

/**
 * How many first tokens each sequence should have in common with the others it is computed with: the start that saves
 * most, counting a token once for every sequence that need not hold it.
 *
 * @param readIds - what each sequence has read
 * @returns one length per sequence, 0 for none
 */
export function chooseSharedLengths(readIds: readonly (readonly number[])[]): number[] {
  return readIds.map((ids, index) => {
    const lengths = readIds.flatMap((other, place) => (place === index ? [] : [sharedLength(ids, other)]))
    const saved = (length: number) => length * lengths.filter(shared => shared >= length).length
    return lengths
      .filter(length => length >= minSharedTokens)
      .reduce((best, length) => (saved(length) > saved(best) ? length : best), 0)
  })
}
