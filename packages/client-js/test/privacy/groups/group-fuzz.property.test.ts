import { expect, it } from 'vitest'
import { fuzz, fuzzTargets } from './group-fuzz.ts'

const mutations = 1000
const targets = await fuzzTargets()

it.each(targets)(
  `${mutations} mutations of $name: 0 crashes, 0 hangs, 0 changes`,
  { timeout: 60_000 },
  async target => {
    expect(await fuzz(target, mutations, 1)).toEqual({ crashes: 0, hangs: 0, changes: 0, firstCrash: '' })
  },
)
