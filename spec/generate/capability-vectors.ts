import {
  type DelegationFields,
  issueDelegation,
  issueRevocation,
} from '../../packages/client-js/src/access/index.ts'
import type {
  Command,
  IdempotencyKey,
  Identity,
  PrincipalDid,
  RequestId,
  UnsignedEnvelope,
  Verb,
} from '../../packages/client-js/src/contracts/index.ts'
import { signEnvelope } from '../../packages/client-js/src/core/index.ts'
import { identityFromSeed } from '../../packages/client-js/src/identity/index.ts'
import { bytesOf } from './hex.ts'

const seeds = { node: '02'.repeat(32), anna: '04'.repeat(32), bob: '05'.repeat(32), eve: '06'.repeat(32) }

/** 2026-01-02T03:04:05.678Z, and in whole seconds. */
const now = 1_767_323_045_678
const seconds = Math.floor(now / 1000)

type Party = keyof typeof seeds
type Parties = Record<Party, Identity>

interface Link extends Omit<DelegationFields, 'audience' | 'subject' | 'expiresAt'> {
  from: Party
  to: Party
  /** Whose resources. @default those of `from` */
  of?: Party | null
  command: Command
  /** Seconds after `now`. @default for ever */
  endsIn?: number
}

interface Case {
  name: string
  asker: Party
  verb: Verb
  params?: object
  /** Whose data. @default the asker's own */
  of?: Party
  links?: Link[]
  /** Who takes back which of the links. */
  revoked?: { by: Party; link: number }[]
  /** Absent: it is let in. */
  code?: 'forbidden'
}

const publicCommands: Command[] = ['/agent/list', '/thread']

const annasThreads: Link = { from: 'anna', to: 'bob', command: '/thread' }
const thread = { threadId: 'thread-1' }

const cases: Case[] = [
  { name: 'a public command', asker: 'eve', verb: 'agent.list' },
  {
    name: 'another command of the same family',
    asker: 'eve',
    verb: 'agent.get',
    params: { agentId: 'assistant' },
    code: 'forbidden',
  },
  { name: 'all, for the node itself', asker: 'node', verb: 'audit.head' },
  {
    name: 'a command that the node gave',
    asker: 'anna',
    verb: 'tool.list',
    links: [{ from: 'node', to: 'anna', command: '/tool' }],
  },
  {
    name: 'a command that only begins with the same letters',
    asker: 'anna',
    verb: 'tool.list',
    links: [{ from: 'node', to: 'anna', command: '/to' }],
    code: 'forbidden',
  },
  {
    name: 'all that the node has, given by /',
    asker: 'anna',
    verb: 'access.list',
    links: [{ from: 'node', to: 'anna', command: '/' }],
  },
  {
    name: 'what the node gave to somebody else',
    asker: 'eve',
    verb: 'tool.list',
    links: [{ from: 'node', to: 'anna', command: '/tool' }],
    code: 'forbidden',
  },
  {
    name: 'what somebody gave who is not the node',
    asker: 'anna',
    verb: 'tool.list',
    links: [{ from: 'eve', to: 'anna', of: 'node', command: '/tool' }],
    code: 'forbidden',
  },
  { name: 'somebody else’s data', asker: 'bob', verb: 'thread.list', of: 'anna', code: 'forbidden' },
  {
    name: 'somebody else’s data, with their leave',
    asker: 'bob',
    verb: 'thread.list',
    of: 'anna',
    links: [annasThreads],
  },
  {
    name: 'two links, the second narrower',
    asker: 'eve',
    verb: 'thread.list',
    of: 'anna',
    links: [annasThreads, { from: 'bob', to: 'eve', of: 'anna', command: '/thread/list' }],
  },
  {
    name: 'two links in the other order',
    asker: 'eve',
    verb: 'thread.list',
    of: 'anna',
    links: [{ from: 'bob', to: 'eve', of: 'anna', command: '/thread/list' }, annasThreads],
  },
  {
    name: 'two links, the second wider than the first',
    asker: 'eve',
    verb: 'thread.delete',
    params: thread,
    of: 'anna',
    links: [
      { from: 'anna', to: 'bob', command: '/thread/list' },
      { from: 'bob', to: 'eve', of: 'anna', command: '/' },
    ],
    code: 'forbidden',
  },
  {
    name: 'a second link whose subject is that of the first (powerline)',
    asker: 'eve',
    verb: 'thread.list',
    of: 'anna',
    links: [annasThreads, { from: 'bob', to: 'eve', of: null, command: '/thread' }],
  },
  {
    name: 'a first link without a subject',
    asker: 'bob',
    verb: 'thread.list',
    of: 'anna',
    links: [{ from: 'anna', to: 'bob', of: null, command: '/' }],
    code: 'forbidden',
  },
  {
    name: 'a condition that holds',
    asker: 'bob',
    verb: 'thread.get',
    params: thread,
    of: 'anna',
    links: [{ ...annasThreads, policy: [['==', '.threadId', 'thread-1']] }],
  },
  {
    name: 'a condition that does not hold',
    asker: 'bob',
    verb: 'thread.get',
    params: thread,
    of: 'anna',
    links: [{ ...annasThreads, policy: [['==', '.threadId', 'thread-2']] }],
    code: 'forbidden',
  },
  {
    name: 'a permission that ended 60 s ago, as clocks may differ',
    asker: 'bob',
    verb: 'thread.list',
    of: 'anna',
    links: [{ ...annasThreads, endsIn: -59 }],
  },
  {
    name: 'a permission that ended more than 60 s ago',
    asker: 'bob',
    verb: 'thread.list',
    of: 'anna',
    links: [{ ...annasThreads, endsIn: -61 }],
    code: 'forbidden',
  },
  {
    name: 'a permission taken back by who gave it',
    asker: 'bob',
    verb: 'thread.list',
    of: 'anna',
    links: [annasThreads],
    revoked: [{ by: 'anna', link: 0 }],
    code: 'forbidden',
  },
  {
    name: 'a permission that a stranger says is taken back',
    asker: 'bob',
    verb: 'thread.list',
    of: 'anna',
    links: [annasThreads],
    revoked: [{ by: 'eve', link: 0 }],
  },
  {
    name: 'a second link taken back by who gave the first',
    asker: 'eve',
    verb: 'thread.list',
    of: 'anna',
    links: [annasThreads, { from: 'bob', to: 'eve', of: 'anna', command: '/thread' }],
    revoked: [{ by: 'anna', link: 1 }],
    code: 'forbidden',
  },
]

/** What a node with these public commands says to requests that present delegations. */
export async function capabilityVectors() {
  const names = Object.keys(seeds) as Party[]
  const identities = await Promise.all(names.map(name => identityFromSeed(bytesOf(seeds[name]))))
  const parties = Object.fromEntries(names.map((name, index) => [name, identities[index]])) as Parties
  const vectors = []
  for (const [index, vector] of cases.entries()) vectors.push(await toVector(vector, index, parties))
  const dids = Object.fromEntries(names.map(name => [name, parties[name].did]))
  return { seeds, dids, now, publicCommands, cases: vectors }
}

async function toVector(vector: Case, index: number, parties: Parties) {
  const links = await Promise.all((vector.links ?? []).map(link => issue(link, parties)))
  const revocations = await Promise.all(
    (vector.revoked ?? []).map(({ by, link }) => issueRevocation(parties[by], links[link]?.cid as string)),
  )
  const unsigned = unsignedEnvelope(vector, index, parties)
  const delegations = links.map(({ token }) => token)
  const asker = parties[vector.asker]
  const envelope = await signEnvelope(
    { ...unsigned, ...(delegations.length > 0 && { delegations }) } as UnsignedEnvelope,
    asker,
  )
  return {
    name: vector.name,
    cids: links.map(({ cid }) => cid),
    revocations,
    ...(vector.code !== undefined && { code: vector.code }),
    envelope,
  }
}

function unsignedEnvelope({ verb, params = {}, of, asker }: Case, index: number, parties: Parties) {
  return {
    protocol: 'lumos/1',
    id: `019b7c6e-b4ae-7000-8000-0000000001${String(index).padStart(2, '0')}` as RequestId,
    verb,
    params,
    issuer: parties[asker].did,
    ...(of !== undefined && { subject: parties[of].did }),
    audience: parties.node.did,
    issuedAt: now,
    deadline: now + 120_000,
    idempotencyKey: `019b7c6e-b4ae-7000-8000-0000000002${String(index).padStart(2, '0')}` as IdempotencyKey,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }
}

function issue({ from, to, of = from, command, policy = [], endsIn }: Link, parties: Parties) {
  const subject: PrincipalDid | null = of === null ? null : parties[of].did
  return issueDelegation(parties[from], {
    audience: parties[to].did,
    subject,
    command,
    policy,
    expiresAt: endsIn === undefined ? null : seconds + endsIn,
    nonce: bytesOf('00'.repeat(16)),
  })
}
