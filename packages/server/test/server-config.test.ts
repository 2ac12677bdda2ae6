import { describe, expect, it } from 'vitest'
import { configFromEnvironment } from '../src/server-config.ts'

describe('configFromEnvironment', () => {
  it('listens on loopback port 4111 and on loopback peer addresses when nothing is set', () => {
    expect(configFromEnvironment({})).toMatchObject({
      port: 4111,
      host: '127.0.0.1',
      peerListen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'],
      fetchAllow: [],
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

  it('refuses to listen beyond loopback without a key', () => {
    expect(() => configFromEnvironment({ LUMOS_HOST: '0.0.0.0' })).toThrow(/LUMOS_API_KEY/)
    expect(
      configFromEnvironment({ LUMOS_HOST: '0.0.0.0', LUMOS_API_KEY: 'a-long-enough-key' }),
    ).toMatchObject({ host: '0.0.0.0' })
  })

  it('has no peer listeners when they are off', () => {
    expect(configFromEnvironment({ LUMOS_P2P_LISTEN: 'off' }).peerListen).toEqual([])
  })
})
