import * as z from 'zod'
import {
  isLumosError,
  LumosError,
  type SignedUsagePolicy,
  type Thread,
  type ThreadId,
  type Verb,
} from '../../contracts/index.ts'
import { threadResource, useBy } from '../data-use.ts'
import { askerOf, requireThreadUse } from '../require-use.ts'
import { id, jsonObject, messages, title, usage } from '../schemas.ts'
import type { VerbCall, VerbTable } from '../verb-definition.ts'

type ThreadVerb =
  | 'thread.create'
  | 'thread.list'
  | 'thread.get'
  | 'thread.update'
  | 'thread.delete'
  | 'message.list'
  | 'message.add'

const change = { title: title.optional(), metadata: jsonObject.optional(), usage: usage.optional() }

export const threadVerbs: Pick<VerbTable, ThreadVerb> = {
  'thread.create': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id.optional(), ...change }),
    effect: 'repeatable',
    execute: createThread,
  },
  'thread.list': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({}),
    effect: 'read',
    execute: listThreads,
  },
  'thread.get': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id }),
    effect: 'read',
    async execute(call) {
      const { services, subject, params, signal } = call
      await requireThreadUse(call, params.threadId, ['read'])
      return withUsage(call, await services.threads.get(subject, params.threadId, { signal }))
    },
  },
  'thread.update': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id, ...change }),
    effect: 'repeatable',
    async execute(call) {
      const { services, subject, params, signal } = call
      const { threadId, usage, ...changes } = params
      await requireThreadUse(call, threadId, ['read'])
      await keepUsage(call, threadId, usage)
      return withUsage(call, await services.threads.update(subject, threadId, changes, { signal }))
    },
  },
  'thread.delete': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id }),
    effect: 'repeatable',
    async execute({ services, subject, params, signal }) {
      await services.threads.delete(subject, params.threadId, { signal })
      await services.usage.forget(threadResource(subject, params.threadId), { signal })
      return {}
    },
  },
  'message.list': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id, limit: z.int().min(1).max(1000).optional() }),
    effect: 'read',
    async execute(call) {
      const { services, subject, params, signal } = call
      const { threadId, limit } = params
      await requireThreadUse(call, threadId, ['read'])
      const options = { signal, ...(limit !== undefined && { limit }) }
      return { messages: await services.threads.listMessages(subject, threadId, options) }
    },
  },
  'message.add': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id, messages }),
    effect: 'repeatable',
    async execute(call) {
      const { services, subject, params, signal } = call
      await requireThreadUse(call, params.threadId, [])
      await services.threads.addMessages(subject, params.threadId, params.messages, { signal })
      return {}
    },
  },
}

async function createThread(call: VerbCall<'thread.create'>): Promise<Thread> {
  const { services, subject, params, signal, stableId, isRepeat } = call
  const { usage, ...rest } = params
  const threadId = params.threadId ?? (stableId as ThreadId)
  // First what binds it: the thread is never there unbound.
  await keepUsage(call, threadId, usage)
  try {
    return await withUsage(call, await services.threads.create(subject, { ...rest, threadId }, { signal }))
  } catch (error) {
    // The first attempt came this far before the node went down.
    if (!isRepeat || !isLumosError(error) || error.code !== 'conflict') throw error
    return withUsage(call, await services.threads.get(subject, threadId, { signal }))
  }
}

async function listThreads(call: VerbCall<'thread.list'>): Promise<{ threads: Thread[] }> {
  const { services, subject, signal } = call
  const threads = await services.threads.list(subject, { signal })
  const names = threads.map(({ threadId }) => threadResource(subject, threadId).name)
  const readable = new Set(
    await services.usage.filter(subject, names, useBy(askerOf(call), ['read']), { signal }),
  )
  const policies = new Map<string, SignedUsagePolicy>()
  for (const signed of await services.usage.list(subject, { signal })) {
    if (!policies.has(signed.resource)) policies.set(signed.resource, signed)
  }
  const listed = threads.flatMap((thread, index) => {
    const name = names[index] as string
    const usage = policies.get(name)
    return readable.has(name) ? { ...thread, ...(usage && { usage }) } : []
  })
  return { threads: listed }
}

/** @throws {LumosError} `invalid-request` for a policy of something else; `invalid-proof` */
async function keepUsage(
  { services, subject, signal }: VerbCall<Verb>,
  threadId: ThreadId,
  usage: SignedUsagePolicy | undefined,
): Promise<void> {
  if (usage === undefined) return
  const { owner, name } = threadResource(subject, threadId)
  if (usage.owner !== owner || usage.resource !== name) {
    throw new LumosError('invalid-request', `The usage policy is not one of ${name} of ${owner}.`)
  }
  await services.usage.put(usage, { signal })
}

async function withUsage({ services, subject, signal }: VerbCall<Verb>, thread: Thread): Promise<Thread> {
  const usage = await services.usage.get(threadResource(subject, thread.threadId), { signal })
  return usage === undefined ? thread : { ...thread, usage }
}
