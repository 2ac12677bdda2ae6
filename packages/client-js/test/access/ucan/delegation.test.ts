import { encode } from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  coversCommand,
  decodeDelegation,
  decodeInvocation,
  isCommand,
  isPrincipalDid,
  issueDelegation,
} from '../../../src/access/index.ts'
import type { Command, Identity } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import { delegate, identityOf } from '../access-setup.ts'

let alice: Identity, bob: Identity
beforeAll(async () => {
  alice = await identityOf(1)
  bob = await identityOf(2)
})

const header = Uint8Array.of(0x34, 0x01, 0xed, 0x01, 0xed, 0x01, 0x13, 0x71)
const tag = 'ucan/dlg@1.0.0-rc.1'

/** A token of any content, with 64 bytes for a signature. */
function tokenOf(
  payload: unknown,
  options: { signed?: object; envelope?: unknown; signature?: unknown } = {},
): string {
  const { signed = { h: header, [tag]: payload }, signature = new Uint8Array(64) } = options
  return base64url.encode(encode(options.envelope ?? [signature, signed]))
}

const fields = () => ({
  iss: alice.did,
  aud: bob.did,
  sub: alice.did,
  cmd: '/thread',
  pol: [],
  nonce: new Uint8Array(12),
  exp: null,
})

const refused = (token: string, code: string) =>
  expect(decodeDelegation(token)).rejects.toMatchObject({ code })

describe('a delegation', () => {
  it('comes back as it was given', async () => {
    const issued = await issueDelegation(alice, {
      audience: bob.did,
      subject: null,
      command: '/thread/get',
      policy: [['==', '.a', 1]],
      notBefore: 10,
      expiresAt: 20,
      meta: { label: 'phone' },
    })
    expect(await decodeDelegation(issued.token)).toEqual(issued)
    expect(issued).toMatchObject({
      issuer: alice.did,
      audience: bob.did,
      subject: null,
      command: '/thread/get',
      policy: [['==', '.a', 1]],
      notBefore: 10,
      expiresAt: 20,
    })
  })

  it('has a CID of its own each time', async () => {
    const [first, second] = [await delegate(alice, bob), await delegate(alice, bob)]
    expect(first.cid).toMatch(/^bafyrei[a-z2-7]{52}$/)
    expect(second.cid).not.toBe(first.cid)
  })

  it('of the published form is read by either name of the version', async () => {
    for (const name of ['ucan/dlg@1.0.0-rc.1', 'ucan/dlg@1.0.0']) {
      expect(await decodeDelegation(tokenOf(0, { signed: { h: header, [name]: fields() } }))).toMatchObject({
        command: '/thread',
      })
    }
  })

  it('that no reader would take is not signed', async () => {
    const bad = [
      { command: '/Thread' as Command },
      { expiresAt: 1.5 },
      { audience: 'did:key:z6Mk' as never },
      { nonce: new Uint8Array(65) },
      { meta: { a: Number.NaN } },
      { policy: [['??', '.a', 1]] as never },
    ]
    for (const each of bad) {
      await expect(delegate(alice, bob, each), JSON.stringify(each)).rejects.toMatchObject({
        code: 'invalid-request',
      })
    }
    const long = { meta: { text: 'x'.repeat(17_000) } }
    await expect(delegate(alice, bob, long)).rejects.toMatchObject({ code: 'too-large' })
  })
})

describe('a hostile token', () => {
  it.each(['iss', 'aud', 'sub', 'cmd', 'pol', 'nonce', 'exp'])('without %s is refused', async name => {
    const { [name as 'iss']: _left, ...rest } = fields()
    await refused(tokenOf(rest), 'invalid-request')
  })

  it.each([
    ['an unknown field', { extra: 1 }],
    ['a field of invocations', { args: {} }],
    ['no audience', { aud: null }],
    ['an issuer that is no DID', { iss: 'alice' }],
    ['an issuer with a fragment', { iss: 'did:web:a.example#key-1' }],
    ['a key of another kind', { aud: 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme' }],
    ['a number for the subject', { sub: 1 }],
    ['a command without a slash', { cmd: 'thread' }],
    ['a map for the policy', { pol: {} }],
    ['text for the nonce', { nonce: 'abc' }],
    ['a nonce too long', { nonce: new Uint8Array(65) }],
    ['half a second', { exp: 1.5 }],
    ['text for the time', { exp: '2030' }],
    ['a time past 2^53', { exp: 2n ** 60n }],
    ['null for its beginning', { nbf: null }],
    ['a list for meta', { meta: [] }],
    ['bytes for meta', { meta: new Uint8Array() }],
  ])('with %s is refused', async (_what, change) => {
    await decodeDelegation(tokenOf(fields()))
    await refused(tokenOf({ ...fields(), ...change }), 'invalid-request')
  })

  it('in another envelope is refused', async () => {
    const other = (signed: object) => refused(tokenOf(0, { signed }), 'invalid-request')
    await other({ h: header })
    await other({ [tag]: fields() })
    await other({ h: header, [tag]: fields(), more: 1 })
    await other({ h: header, 'ucan/dlg@1.0.0-rc.1': fields(), 'ucan/dlg@1.0.0': fields() })
    await other({ h: header, 'ucan/inv@1.0.0-rc.1': fields() })
    await other({ h: header, 'ucan/dlg@0.9.0': fields() })
    await other({ h: header.slice(0, 7), [tag]: fields() })
    await other({ h: Uint8Array.of(...header.slice(0, 7), 0x5f), [tag]: fields() })
    await other({ h: [...header], [tag]: fields() })
    const signed = { h: header, [tag]: fields() }
    for (const envelope of [signed, [signed], [new Uint8Array(64), signed, 1], 7, null]) {
      await refused(tokenOf(0, { envelope }), 'invalid-request')
    }
    await refused(tokenOf('payload'), 'invalid-request')
    await refused(tokenOf(CID.parse((await delegate(alice, bob)).cid)), 'invalid-request')
    await expect(decodeInvocation(tokenOf(fields()))).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('has one text: no padding, no other alphabet, no spare bits', async () => {
    const { token } = await delegate(alice, bob)
    await refused(`${token}=`, 'malformed-frame')
    await refused(` ${token}`, 'malformed-frame')
    await refused(`${token}A`, 'malformed-frame')
    await refused('', 'malformed-frame')
  })

  it('has one encoding: longer lengths, other key orders, more behind it are refused', async () => {
    const bytes = base64url.decode((await delegate(alice, bob)).token)
    const text = (...parts: (Uint8Array | number[])[]) =>
      base64url.encode(Uint8Array.from(parts.flatMap(part => [...part])))
    await refused(text(bytes, [0]), 'malformed-frame')
    // An array of two, its length in a byte of its own; then with its end left open.
    await refused(text([0x98, 2], bytes.slice(1)), 'malformed-frame')
    await refused(text([0x9f], bytes.slice(1), [0xff]), 'malformed-frame')
    // The signature's length in two bytes.
    await refused(text([0x82, 0x59, 0, 64], bytes.slice(3)), 'malformed-frame')
    // A tag around it.
    await refused(text([0xc1], bytes), 'malformed-frame')
    expect(bytes.length).toBeGreaterThan(67)
    for (let length = 0; length < bytes.length; length++)
      await refused(text(bytes.slice(0, length)), 'malformed-frame')
    const swapped = Uint8Array.from(bytes)
    // "h" sorts before the longer tag: the other way round is not canonical.
    const at = 67
    expect(swapped[at]).toBe(0xa2)
    const h = bytes.slice(at + 1, at + 1 + 2 + 9)
    const rest = bytes.slice(at + 1 + 2 + 9)
    await refused(text(bytes.slice(0, at + 1), rest, h), 'malformed-frame')
  })

  it('with a name twice, or named __proto__, is refused', async () => {
    const twice = encode([new Uint8Array(64), { h: header, [tag]: { ...fields(), zzz: 1, zzy: 2 } }])
    const at = Buffer.from(twice).indexOf('zzz')
    twice.set(new TextEncoder().encode('zzy'), at)
    await refused(base64url.encode(twice), 'malformed-frame')
    const proto = encode([
      new Uint8Array(64),
      { h: header, [tag]: { ...fields(), meta: { xxproto_x: { a: 1 } } } },
    ])
    proto.set(new TextEncoder().encode('__proto__'), Buffer.from(proto).indexOf('xxproto_x'))
    await refused(base64url.encode(proto), 'malformed-frame')
  })

  it('of more than 16 KiB or 32 levels is refused before it is parsed', async () => {
    await refused('A'.repeat(21_847), 'too-large')
    await refused(base64url.encode(new Uint8Array(16 * 1024 + 1)), 'too-large')
    await refused(base64url.encode(new Uint8Array(16 * 1024).fill(0x81)), 'too-large')
    const nested = (levels: number) => {
      let value: unknown = 1
      for (let level = 0; level < levels; level++) value = [value]
      return tokenOf({ ...fields(), meta: { value } })
    }
    // The envelope, the signed part, the payload and meta are four.
    await decodeDelegation(nested(28))
    await refused(nested(29), 'too-large')
  })

  it.each([
    ['undefined', [0xf7]],
    ['a half float', [0xf9, 0, 0]],
    ['a simple value', [0xf8, 32]],
    ['a length of eight bytes', [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a byte string longer than all', [0x5a, 0xff, 0xff, 0xff, 0xff]],
    ['a reserved length', [0x1c]],
    ['a map whose entries are missing', [0xa1, 0x61, 0x61]],
    ['text that is not UTF-8', [0x61, 0xff]],
    ['a date', [0xc0, 0x60]],
    ['a link without its zero', [0xd8, 42, 0x41, 1]],
    ['a link to nothing', [0xd8, 42, 0x41, 0]],
  ])('of %s is refused', async (_what, bytes) => {
    await refused(base64url.encode(Uint8Array.from(bytes)), 'malformed-frame')
  })
})

describe('commands', () => {
  it.each(['/', '/a', '/crud/create', '/foo/bar/baz', '/ほげ/ふが', '/a-b_c.d', '/1', `/${'a'.repeat(255)}`])(
    '%s is one',
    command => {
      expect(isCommand(command)).toBe(true)
    },
  )

  it.each([
    '',
    'a',
    'a/b',
    '/a/',
    '//',
    '/a//b',
    '/A',
    '/a b',
    '/a\n',
    '/a\u200b',
    `/${'a'.repeat(256)}`,
    null,
    1,
  ])('%j is none', command => {
    expect(isCommand(command)).toBe(false)
  })

  it.each([
    ['/', '/', true],
    ['/', '/a/b', true],
    ['/a', '/a', true],
    ['/a', '/a/b', true],
    ['/a', '/ab', false],
    ['/a', '/ab/c', false],
    ['/a/b', '/a', false],
    ['/a', '/', false],
    ['/a', '/b/a', false],
  ] as const)('%s covers %s: %s', (held, wanted, covers) => {
    expect(coversCommand(held, wanted)).toBe(covers)
  })
})

describe('names of principals', () => {
  it.each([
    'did:web:a.example',
    'did:web:a.example%3A8443:people:anna',
    'did:lumos:abc',
    'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
  ])('%s is one', did => {
    expect(isPrincipalDid(did)).toBe(true)
  })

  it.each([
    '',
    'did:web:',
    'did:Web:a',
    'did:web:a:',
    'did:web:a#k',
    'did:web:a?x=1',
    'did:web:a/b',
    'did:web:%zz',
    'did:key:z6Mk',
    'x did:web:a',
    'did:web:a\n',
    `did:web:${'a'.repeat(512)}`,
    null,
  ])('%j is none', did => {
    expect(isPrincipalDid(did)).toBe(false)
  })
})
