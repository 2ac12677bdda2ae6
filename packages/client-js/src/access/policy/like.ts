import { LumosError } from '../../contracts/index.ts'
import type { PolicyBudget } from './policy-budget.ts'

/** A pattern cut at its wildcards: what must stand at the start, in between in this order, and at the end. */
export interface LikePattern {
  pieces: readonly string[]
}

const maxLength = 1024

/**
 * @param text - `*` stands for any text, `\*` for an asterisk, all else for itself
 * @throws {LumosError} `invalid-request`
 * @see UCAN 1.0 Delegation, Glob Matching
 */
export function parseLike(text: unknown): LikePattern {
  if (typeof text !== 'string' || text.length > maxLength) {
    throw new LumosError('invalid-request', `A pattern is text of at most ${maxLength} characters.`)
  }
  const pieces: string[] = []
  let piece = ''
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string
    if (character === '*') {
      pieces.push(piece)
      piece = ''
    } else if (character === '\\' && text[index + 1] === '*') {
      piece += '*'
      index++
    } else piece += character
  }
  pieces.push(piece)
  return { pieces }
}

/**
 * Each piece is looked for once, as early as it can stand: where that fails, nothing else succeeds. No backtracking.
 */
export function matchesLike({ pieces }: LikePattern, text: string, budget: PolicyBudget): boolean {
  const first = pieces[0] as string
  const last = pieces.at(-1) as string
  if (pieces.length === 1) return text === first
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false
  const end = text.length - last.length
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    // A search compares at most the whole piece at each place it passes.
    const passed = (found === -1 ? text.length : found) - at
    budget.spend(1 + (passed + 1) * piece.length)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
