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
    params: z.strictObject({ threadId: id.optional(), ...change }),
    effect: 'repeatable',
    execute: createThread,
  },
  'thread.list': {
    kind: 'unary',
    params: z.strictObject({}),
    effect: 'read',
    execute: async ({ services, issuer, signal }) => ({
      threads: await services.threads.list(issuer, { signal }),
    }),
  },
  'thread.get': {
    kind: 'unary',
    params: z.strictObject({ threadId: id }),
    effect: 'read',
    execute: ({ services, issuer, params, signal }) =>
      services.threads.get(issuer, params.threadId, { signal }),
  },
  'thread.update': {
    kind: 'unary',
    params: z.strictObject({ threadId: id, ...change }),
    effect: 'repeatable',
    execute({ services, issuer, params, signal }) {
      const { threadId, ...changes } = params
      return services.threads.update(issuer, threadId, changes, { signal })
    },
  },
  'thread.delete': {
    kind: 'unary',
    params: z.strictObject({ threadId: id }),
    effect: 'repeatable',
    async execute({ services, issuer, params, signal }) {
      await services.threads.delete(issuer, params.threadId, { signal })
      return {}
    },
  },
  'message.list': {
    kind: 'unary',
    params: z.strictObject({ threadId: id, limit: z.int().min(1).max(1000).optional() }),
    effect: 'read',
    async execute({ services, issuer, params, signal }) {
      const { threadId, limit } = params
      const options = { signal, ...(limit !== undefined && { limit }) }
      return { messages: await services.threads.listMessages(issuer, threadId, options) }
    },
  },
  'message.add': {
    kind: 'unary',
    params: z.strictObject({ threadId: id, messages }),
    effect: 'repeatable',
    async execute({ services, issuer, params, signal }) {
      await services.threads.addMessages(issuer, params.threadId, params.messages, { signal })
      return {}
    },
  },
}

async function createThread(call: VerbCall<'thread.create'>) {
  const { services, issuer, params, signal, stableId, isRepeat } = call
  const threadId = params.threadId ?? (stableId as ThreadId)
  try {
    return await services.threads.create(issuer, { ...params, threadId }, { signal })
  } catch (error) {
    // The first attempt came this far before the node went down.
    if (!isRepeat || !isLumosError(error) || error.code !== 'conflict') throw error
    return services.threads.get(issuer, threadId, { signal })
  }
}
