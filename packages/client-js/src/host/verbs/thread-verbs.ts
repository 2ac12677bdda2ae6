import * as z from 'zod'
import { isLumosError, type ThreadId } from '../../contracts/index.ts'
import { id, jsonObject, messages, title } from '../schemas.ts'
import type { VerbCall, VerbTable } from '../verb-definition.ts'

type ThreadVerb =
  | 'thread.create'
  | 'thread.list'
  | 'thread.get'
  | 'thread.update'
  | 'thread.delete'
  | 'message.list'
  | 'message.add'

const change = { title: title.optional(), metadata: jsonObject.optional() }

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
    execute: async ({ services, subject, signal }) => ({
      threads: await services.threads.list(subject, { signal }),
    }),
  },
  'thread.get': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id }),
    effect: 'read',
    execute: ({ services, subject, params, signal }) =>
      services.threads.get(subject, params.threadId, { signal }),
  },
  'thread.update': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id, ...change }),
    effect: 'repeatable',
    execute({ services, subject, params, signal }) {
      const { threadId, ...changes } = params
      return services.threads.update(subject, threadId, changes, { signal })
    },
  },
  'thread.delete': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id }),
    effect: 'repeatable',
    async execute({ services, subject, params, signal }) {
      await services.threads.delete(subject, params.threadId, { signal })
      return {}
    },
  },
  'message.list': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id, limit: z.int().min(1).max(1000).optional() }),
    effect: 'read',
    async execute({ services, subject, params, signal }) {
      const { threadId, limit } = params
      const options = { signal, ...(limit !== undefined && { limit }) }
      return { messages: await services.threads.listMessages(subject, threadId, options) }
    },
  },
  'message.add': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ threadId: id, messages }),
    effect: 'repeatable',
    async execute({ services, subject, params, signal }) {
      await services.threads.addMessages(subject, params.threadId, params.messages, { signal })
      return {}
    },
  },
}

async function createThread(call: VerbCall<'thread.create'>) {
  const { services, subject, params, signal, stableId, isRepeat } = call
  const threadId = params.threadId ?? (stableId as ThreadId)
  try {
    return await services.threads.create(subject, { ...params, threadId }, { signal })
  } catch (error) {
    // The first attempt came this far before the node went down.
    if (!isRepeat || !isLumosError(error) || error.code !== 'conflict') throw error
    return services.threads.get(subject, threadId, { signal })
  }
}
