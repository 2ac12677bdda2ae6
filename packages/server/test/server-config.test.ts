import { defaultPublicCommands } from '@lomusai/client-js/access'
import { describe, expect, it } from 'vitest'
import { configFromEnvironment } from '../src/server-config.ts'

describe('configFromEnvironment', () => {
  it('listens on loopback port 4111 and on loopback peer addresses when nothing is set', () => {
    expect(configFromEnvironment({})).toMatchObject({
      port: 4111,
      host: '127.0.0.1',
      peerListen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'],
      fetchAllow: [],
      adaptation: false,
    })
  })

  it('treats an empty variable as absent', () => {
    expect(configFromEnvironment({ LUMOS_PORT: '', LUMOS_API_KEY: '' })).not.toHaveProperty('apiKey')
  })

  it('names every variable that cannot be used', () => {
    expect(() => configFromEnvironment({ LUMOS_PORT: '70000', LUMOS_GRACE_MS: 'soon' })).toThrow(
      /LUMOS_PORT.*LUMOS_GRACE_MS/,
    )
  })

  const claim = ['/access/claim']
  const cases: [NodeJS.ProcessEnv, readonly string[]][] = [
    [{}, defaultPublicCommands],
    [{ LUMOS_HOST: '::1' }, defaultPublicCommands],
    [{ LUMOS_HOST: '0.0.0.0' }, claim],
    [{ LUMOS_HOST: '192.168.1.2', LUMOS_API_KEY: 'a-long-enough-key' }, claim],
    [{ LUMOS_P2P_LISTEN: '/ip4/127.0.0.1/tcp/0 /ip6/::1/tcp/0/ws' }, defaultPublicCommands],
    [{ LUMOS_P2P_LISTEN: '/ip4/127.0.0.1/tcp/0 /ip4/0.0.0.0/tcp/4001' }, claim],
    [{ LUMOS_HOST: '0.0.0.0', LUMOS_PUBLIC: 'default' }, defaultPublicCommands],
    [{ LUMOS_PUBLIC: 'none' }, claim],
    [{ LUMOS_PUBLIC: '/agent, /model' }, ['/agent', '/model', ...claim]],
    [{ LUMOS_PUBLIC: '/' }, ['/', ...claim]],
  ]
  it.each(cases)('with %j opens to everybody %j', (variables, publicCommands) => {
    expect(configFromEnvironment(variables).publicCommands).toEqual(publicCommands)
  })

  it.each(['agent', 'none /agent', '/Agent', '/agent/'])('refuses LUMOS_PUBLIC=%s', wrong => {
    expect(() => configFromEnvironment({ LUMOS_PUBLIC: wrong })).toThrow(/LUMOS_PUBLIC/)
  })

  it('has no peer listeners when they are off', () => {
    expect(configFromEnvironment({ LUMOS_P2P_LISTEN: 'off' }).peerListen).toEqual([])
  })
})
