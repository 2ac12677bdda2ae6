import { expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import type { Tool } from '../../src/contracts/index.ts'
import { sdkVersion } from '../../src/core/index.ts'
import { createIdentity } from '../../src/identity.ts'
import { hostSuite } from '../../src/testing/host-suite.ts'
import { setUpHost } from './host-setup.ts'

// One identity: a host that comes back is the same node.
const identity = await createIdentity()

hostSuite('createHost', {
  create: async parts => (await setUpHost({ ...parts, identity })).host,
})

it('says the version of its package', async () => {
  const { alice } = await setUpHost()
  expect((await alice.ask('node.describe', {})).version).toBe(packageJson.version)
  expect(sdkVersion).toBe(packageJson.version)
})

it('gives the events of a run with a tool call in their order', async () => {
  const double: Tool = {
    name: 'double',
    description: 'Doubles a number.',
    parameters: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
    async execute({ n }) {
      return Number(n) * 2
    },
  }
  const script = [{ text: 'let me see', toolCalls: [{ name: 'double', arguments: '{n: "21"' }] }, 'It is 42.']
  const { alice } = await setUpHost({ script, tools: [double] })
  const events = await alice.run('double 21')
  expect(events.map(({ type }) => type)).toEqual([
    'run-started',
    'step-started',
    'text-delta',
    'text-delta',
    'text-delta',
    'tool-called',
    'step-finished',
    'tool-finished',
    'message-added',
    'step-started',
    'text-delta',
    'text-delta',
    'text-delta',
    'step-finished',
    'message-added',
    'run-finished',
  ])
})
