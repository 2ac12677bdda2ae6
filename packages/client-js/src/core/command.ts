import type { Command, Verb } from '../contracts/index.ts'

/** The command that a verb needs permission for: `thread.get` needs `/thread/get`. */
export function commandOf(verb: Verb): Command {
  return `/${verb.replaceAll('.', '/')}`
}
