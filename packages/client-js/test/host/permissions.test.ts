import { describe, expect, it } from 'vitest'
import type { Command, PrincipalDid, RequestEnvelope, Verb } from '../../src/contracts/index.ts'
import { commandOf, coversCommand, createEnvelope, createSystemClock } from '../../src/core/index.ts'
import { createPublicAuthorizer, defaultPublicCommands, verbTable } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { Requester } from '../../src/testing/host-fixture.ts'
import { setUpHost } from './host-setup.ts'

const verbs = Object.keys(verbTable) as Verb[]
const neverPublic = verbs.filter(verb => /^(access|audit)\./.test(verb) && verb !== 'access.claim')

/** What a node with these public commands says to a verb, whatever its parameters. */
async function refusalOf(verb: Verb, publicCommands?: readonly Command[]) {
  const node = await createIdentity()
  const stranger = await createIdentity()
  const authorizer = createPublicAuthorizer({
    nodeId: node.did,
    publicCommands: publicCommands ?? defaultPublicCommands,
  })
  const ask = async (issuer: typeof node, subject?: PrincipalDid) => {
    const envelope = (await createEnvelope({
      verb,
      params: {} as never,
      identity: issuer,
      audience: node.did,
      credentials: subject && { subject },
      clock: createSystemClock(),
    })) as RequestEnvelope
    const { scope } = verbTable[verb]
    const command = commandOf(verb)
    const context = { transport: 'in-process' } as const
    return authorizer.authorize({ issuer: issuer.did, command, scope, envelope, context })
  }
  return { node, stranger, ask }
}

describe('a node that keeps no permissions', () => {
  it.each(verbs.map(verb => [verb]))('%s is public, or for nobody but the node', async verb => {
    const { node, stranger, ask } = await refusalOf(verb)
    if (neverPublic.includes(verb)) {
      await expect(ask(stranger)).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining(commandOf(verb)),
        details: { command: commandOf(verb), subject: node.did },
      })
    } else expect(await ask(stranger)).toEqual({ subject: stranger.did, delegations: [] })
    expect(await ask(node)).toEqual({ subject: node.did, delegations: [] })
  })

  it('never lets anybody act for somebody else, not even itself', async () => {
    const { node, stranger, ask } = await refusalOf('thread.list')
    await expect(ask(stranger, node.did)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(ask(node, stranger.did)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await ask(stranger, stranger.did)).toMatchObject({ subject: stranger.did })
  })

  it.each(verbs.map(verb => [verb]))('%s is refused where nothing is public', async verb => {
    const { stranger, ask } = await refusalOf(verb, [])
    await expect(ask(stranger)).rejects.toMatchObject({
      code: 'forbidden',
      details: { command: commandOf(verb) },
    })
  })
})

describe('createHost', () => {
  it('opens to strangers what its public commands name, and no more', async () => {
    const identity = await createIdentity()
    const { host, alice } = await setUpHost({ identity, publicCommands: ['/agent/list', '/thread'] })
    await alice.ask('agent.list', {})
    await alice.ask('thread.list', {})
    for (const refused of [alice.ask('tool.list', {}), alice.run('x'), alice.ask('access.list', {})]) {
      await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
    }
    const itself = new Requester(identity, host)
    await itself.ask('tool.list', {})
  })

  it('keeps permissions and audit to itself by default', async () => {
    const identity = await createIdentity()
    const { host, alice } = await setUpHost({ identity })
    await alice.ask('tool.list', {})
    for (const verb of ['access.list', 'audit.head'] as const) {
      await expect(alice.ask(verb, {})).rejects.toMatchObject({
        code: 'forbidden',
        details: { command: commandOf(verb) },
      })
      await expect(new Requester(identity, host).ask(verb, {})).rejects.toMatchObject({ code: 'unsupported' })
    }
  })
})

describe('a command', () => {
  const cases: [Command, Command, boolean][] = [
    ['/', '/thread/get', true],
    ['/', '/', true],
    ['/thread', '/thread/get', true],
    ['/thread', '/thread', true],
    ['/thread', '/threads', false],
    ['/thread', '/thread-admin/wipe', false],
    ['/thread/get', '/thread', false],
    ['/thread', '/', false],
    ['/access/claim', '/access/claims', false],
  ]
  it.each(cases)('%s covers %s: %s', (held, wanted, isCovered) => {
    expect(coversCommand(held, wanted)).toBe(isCovered)
  })
})
