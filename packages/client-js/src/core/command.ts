import type { Command, Verb } from '../contracts/index.ts'

/** The command that a verb needs permission for: `thread.get` needs `/thread/get`. */
export function commandOf(verb: Verb): Command {
  return `/${verb.replaceAll('.', '/')}`
}

/** Whether permission for `held` is permission for `wanted`. Compares whole segments: `/thread` is not `/threads`. */
export function coversCommand(held: Command, wanted: Command): boolean {
  return held === '/' || held === wanted || wanted.startsWith(`${held}/`)
}

/**
 * What a node of one's own machine lets anybody do who can prove who they are, with what is theirs: use its agents,
 * tools and models, see and undo what was learned from them, pair devices, tell of them, and hand in a claim code. Never `/access`, `/audit`.
 */
export const defaultPublicCommands: readonly Command[] = [
  '/node',
  '/agent',
  '/run',
  '/thread',
  '/message',
  '/tool',
  '/model',
  '/usage',
  '/peer',
  '/revocation',
  '/pairing',
  '/did',
  '/adaptation',
  '/access/claim',
]
