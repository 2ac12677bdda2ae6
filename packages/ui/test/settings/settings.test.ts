import { describe, expect, it } from 'vitest'
import { isPeerAddress } from '../../src/settings/peer-address.ts'

const peer = '/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'

describe('isPeerAddress', () => {
  it.each([
    `/ip4/127.0.0.1/tcp/4113/ws${peer}`,
    `/dns4/node.example/tcp/443/wss${peer}`,
    `/dns4/node.example/tcp/443/tls/ws${peer}`,
    `/ip6/::1/tcp/4113/ws${peer}`,
  ])('accepts %s', address => expect(isPeerAddress(address)).toBe(true))

  it.each([
    '',
    'http://127.0.0.1:4111',
    `/ip4/127.0.0.1/tcp/4112${peer}`,
    '/ip4/127.0.0.1/tcp/4113/ws',
    peer,
  ])('refuses %j, which a browser cannot dial', address => expect(isPeerAddress(address)).toBe(false))
})
