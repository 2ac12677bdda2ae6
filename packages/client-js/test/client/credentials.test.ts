import { describe, expect, it } from 'vitest'
import { createIdentity } from '../../src/identity.ts'
import { createClient } from '../../src/index.ts'
import { createFixture } from './fixture.ts'

describe('credentials', () => {
  /** Asks twice, and tells what the node was shown. */
  async function shown(credentials: Parameters<typeof createClient>[0]['credentials']) {
    await using fixture = await createFixture([])
    const seen: object[] = []
    const { host } = fixture
    const handler = {
      nodeId: host.nodeId,
      handle(...[input, context]: Parameters<typeof host.handle>) {
        if (!(input instanceof Uint8Array)) {
          const { subject, delegations } = input
          seen.push({ subject, delegations })
        }
        return host.handle(input, context)
      },
    }
    await using client = createClient({ host: handler, credentials })
    for (let request = 0; request < 2; request++) await client.getAgents().catch(() => {})
    return { seen, nodeId: host.nodeId }
  }

  it('travel, signed, with each request', async () => {
    const { did: subject } = await createIdentity()
    const { seen } = await shown({ subject, delegations: ['aaaa', 'bbbb'] })
    expect(seen).toEqual(Array(2).fill({ subject, delegations: ['aaaa', 'bbbb'] }))
  })

  it('are asked for anew before each request, with the node it goes to', async () => {
    const asked: string[] = []
    const { seen, nodeId } = await shown(async node => {
      asked.push(node)
      return asked.length === 1 ? undefined : { delegations: ['cccc'] }
    })
    expect(asked).toEqual([nodeId, nodeId])
    expect(seen).toEqual([
      { subject: undefined, delegations: undefined },
      { subject: undefined, delegations: ['cccc'] },
    ])
  })

  it('are nothing by default, and no empty list is sent', async () => {
    expect((await shown(undefined)).seen[0]).toEqual({ subject: undefined, delegations: undefined })
    expect((await shown({ delegations: [] })).seen[0]).toEqual({ subject: undefined, delegations: undefined })
  })
})
