import type { Command } from '@lomusai/client-js'

/** What people are told of: the first segment of a command, or the whole node. */
const known = [
  'node',
  'agent',
  'run',
  'thread',
  'message',
  'tool',
  'model',
  'peer',
  'access',
  'revocation',
  'audit',
  'usage',
  'pairing',
  'did',
] as const

export type KnownCommand = (typeof known)[number] | 'all'

/** Undefined for what this app has no words for. */
export function knownCommand(command: Command): KnownCommand | undefined {
  if (command === '/') return 'all'
  const [, first] = command.split('/')
  return known.find(name => name === first)
}

/** What a person may choose to give, from little to everything. */
export const offers = [
  { name: 'chat', commands: ['/agent', '/run', '/thread', '/message', '/node'] },
  { name: 'models', commands: ['/model'] },
  { name: 'tools', commands: ['/tool'] },
  { name: 'audit', commands: ['/audit'] },
  { name: 'owner', commands: ['/'] },
] as const satisfies { name: string; commands: Command[] }[]

export type OfferName = (typeof offers)[number]['name']
