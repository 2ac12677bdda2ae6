import * as z from 'zod'
import { type AdaptivePolicy, type JsonObject, LumosError } from '../../contracts/index.ts'
import { requireRunReader } from '../require-use.ts'
import { id, jsonObject } from '../schemas.ts'
import type { VerbServices, VerbTable } from '../verb-definition.ts'

type AdaptationVerb = Extract<keyof VerbTable, `adaptation.${string}` | 'run.feedback'>

const policy = z.string().min(1).max(64)
const named = z.strictObject({ policy })

export const adaptationVerbs: Pick<VerbTable, AdaptationVerb> = {
  'run.feedback': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ runId: id, rating: z.number().min(0).max(1) }),
    effect: 'repeatable',
    async execute(call) {
      const { services, subject: owner, params, signal } = call
      const { runId, rating: reward } = params
      await requireRunReader(call, runId)
      if (services.adaptation.size === 0) throw unsupported()
      const policies: string[] = []
      for (const each of services.adaptation.values()) {
        if (await each.feedback({ owner, decisionId: runId, reward }, { signal })) policies.push(each.name)
      }
      return { policies }
    },
  },
  'adaptation.list': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({}),
    effect: 'read',
    async execute({ services, subject, signal }) {
      const all = [...services.adaptation.values()]
      return { policies: await Promise.all(all.map(each => each.inspect(subject, { signal }))) }
    },
  },
  'adaptation.export': {
    kind: 'unary',
    scope: 'owner',
    params: named,
    effect: 'read',
    execute: async ({ services, subject, params, signal }) => ({
      exported: await policyOf(services, params.policy).export(subject, { signal }),
    }),
  },
  'adaptation.import': {
    kind: 'unary',
    scope: 'owner',
    params: z.strictObject({ policy, exported: jsonObject }),
    effect: 'once',
    async execute({ services, subject, params, signal }) {
      const exported = params.exported as JsonObject
      return { report: await policyOf(services, params.policy).import(subject, exported, { signal }) }
    },
  },
  'adaptation.reset': {
    kind: 'unary',
    scope: 'owner',
    params: named,
    effect: 'repeatable',
    execute: async ({ services, subject, params, signal }) => ({
      report: await policyOf(services, params.policy).reset(subject, { signal }),
    }),
  },
  'adaptation.forget': {
    kind: 'unary',
    scope: 'owner',
    params: named,
    effect: 'repeatable',
    async execute({ services, subject, params, signal }) {
      await policyOf(services, params.policy).forget(subject, { signal })
      return {}
    },
  },
}

function policyOf({ adaptation }: VerbServices, name: string): AdaptivePolicy {
  if (adaptation.size === 0) throw unsupported()
  const policy = adaptation.get(name)
  if (policy !== undefined) return policy
  throw new LumosError('not-found', `There is no policy ${name}. Here: ${[...adaptation.keys()].join(', ')}.`)
}

function unsupported(): LumosError {
  return new LumosError('unsupported', 'This node learns nothing from feedback: it has no adaptive policy.')
}
