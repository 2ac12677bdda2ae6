import type { PrincipalDid } from '@lomusai/client-js'
import { MemoryStore } from '@lomusai/client-js/host'
import { createAdaptivePolicy, liquidOutcomeModel, logisticOutcomeModel } from '@lomusai/client-js/inference'
import { SimulatedUser } from './simulated-user.ts'

/** `--check` sees that everything can be measured, and is not a measurement. */
const isCheck = process.argv.includes('--check')
const users = isCheck ? 1 : Number(process.env.USERS ?? 40)
const events = isCheck ? 20 : 500
/** Decisions at the end that count. */
const judged = Math.min(200, events)
const owner = 'did:key:simulated' as PrincipalDid

const models = { liquid: liquidOutcomeModel, logistic: logisticOutcomeModel }

/** How content a user is in the mean, of 0 to 1, with the last decisions; each was made before its outcome was known. */
async function live(model: keyof typeof models, seed: number) {
  const user = new SimulatedUser(seed)
  const { features, options } = user.shape
  const policy = createAdaptivePolicy({
    ...{ name: 'route', features, options, seed, model: models[model](), store: new MemoryStore() },
    clock: { now: () => user.now, setTimer: () => () => {} },
  })
  let [content, fixed] = [0, 0]
  for (let number = 0; number < events; number++) {
    const { context } = user.next()
    const named = Object.fromEntries(features.map((name, index) => [name, context[index] as number]))
    const decision = await policy.decide({ owner, decisionId: `${seed}-${number}`, context: named })
    const route = options.indexOf(decision.choice)
    if (number >= events - judged) {
      content += user.value(route) / judged
      fixed += user.value(0) / judged
    }
    await policy.feedback({ owner, decisionId: decision.decisionId, reward: user.reward(route) })
  }
  return { content, fixed }
}

function told(name: string, values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1)
  return `| ${name} | ${mean.toFixed(3)} ± ${(1.96 * Math.sqrt(variance / values.length)).toFixed(3)} |`
}

const liquid: number[] = []
const logistic: number[] = []
const fixed: number[] = []
for (let seed = 1; seed <= users; seed++) {
  const first = await live('liquid', seed)
  liquid.push(first.content)
  fixed.push(first.fixed)
  logistic.push((await live('logistic', seed)).content)
}
console.log(
  `\n${users} simulated users, ${events} feedback events each, mean contentment and its 95% interval\n`,
)
console.log(told('policy with the liquid network', liquid))
console.log(told('policy with logistic regression', logistic))
console.log(told('fixed rule', fixed))
const less = (a: readonly number[], b: readonly number[]) =>
  a.map((value, index) => value - (b[index] as number))
console.log(told('liquid less fixed rule, same users', less(liquid, fixed)))
console.log(told('liquid less logistic, same users', less(liquid, logistic)))
console.log(told('logistic less fixed rule, same users', less(logistic, fixed)))
