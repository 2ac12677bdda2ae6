import { openNodeAccess } from '@lomusai/client-js/access'
import { MemoryStore } from '@lomusai/client-js/host'
import { createIdentity, identityFromApiKey } from '@lomusai/client-js/identity'
import { expect, it } from 'vitest'
import { applyConfiguredKey } from '../src/configured-key.ts'

async function setUp() {
  const access = await openNodeAccess({ identity: await createIdentity(), store: new MemoryStore() })
  const active = async () => {
    const grants = (await access.listGrants()).filter(({ revokedAt }) => revokedAt === undefined)
    return grants.map(({ audience, command }) => `${audience} ${command}`).sort()
  }
  return { access, active }
}

const [first, second] = ['the-key-of-yesterday', 'the-key-of-today-42']

it('gives the configured key agents and models, once, and takes them back from the one before', async () => {
  const { access, active } = await setUp()
  const { did: stranger } = await createIdentity()
  await access.grant({ audience: stranger, command: '/agent', label: 'Another' })
  const { did: one } = await identityFromApiKey(first)
  const { did: two } = await identityFromApiKey(second)
  await applyConfiguredKey(access, first)
  await applyConfiguredKey(access, first)
  const others = [`${stranger} /agent`]
  expect(await active()).toEqual([...others, `${one} /agent`, `${one} /model`].sort())
  await applyConfiguredKey(access, second)
  expect(await active()).toEqual([...others, `${two} /agent`, `${two} /model`].sort())
  await applyConfiguredKey(access, undefined)
  expect(await active()).toEqual(others)
})

it('completes what a crash left half done', async () => {
  const { access, active } = await setUp()
  await applyConfiguredKey(access, first)
  const [newest] = await access.listGrants()
  await access.revoke(newest?.cid as string)
  await applyConfiguredKey(access, first)
  expect(await active()).toHaveLength(2)
})
