import { beforeAll, describe, expect, it } from 'vitest'
import type { Did, Identity } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import { readDidLog } from '../../../src/identity/did-log/read-did-log.ts'
import {
  appendToDidLog,
  createDidLog,
  type DidChange,
  type DidLog,
  type DidOperation,
  decodeDidLog,
  didLogLimits,
  operationBytes,
  operationCid,
  verifyDidLog,
} from '../../../src/identity/index.ts'
import { code } from '../refused.ts'
import { type Cast, createCast, identityOf } from './cast.ts'

let cast: Cast
beforeAll(async () => {
  cast = await createCast()
})

const addTablet = (): DidChange => ({ type: 'add-device', key: cast.tablet.did, label: 'Tablet' })

/** What `signer` says, whether it may or not. */
async function forge(operation: object, signer: Identity): Promise<DidOperation> {
  const { signature: _, ...unsigned } = { ...operation, signer: signer.did } as DidOperation
  return {
    ...unsigned,
    signature: base64url.encode(await signer.sign(operationBytes(unsigned))),
  } as DidOperation
}

async function following(log: DidLog, change: object, signer: Identity): Promise<DidLog> {
  const last = log[log.length - 1] as DidOperation
  const frame = { protocol: 'did:lumos/1', prev: await operationCid(last), at: last.at }
  return [...log, await forge({ ...frame, ...change }, signer)]
}

describe('verification', () => {
  it('refuses a log of another DID', async () => {
    const other = await createDidLog({
      devices: [{ key: cast.stranger.did, label: 'Phone' }],
      recoveryKeys: [cast.words.did],
      signer: cast.stranger,
    })
    const { did } = await verifyDidLog(other)
    await expect(verifyDidLog(cast.log, { did })).rejects.toThrow(code('invalid-proof'))
    expect((await verifyDidLog(other, { did })).did).toBe(did)
  })

  it('refuses a log without its beginning, with a gap, out of order, or with one operation twice', async () => {
    const { log, phone, tablet } = cast
    const two = await appendToDidLog(log, addTablet(), phone)
    const [a, b, c] = await appendToDidLog(two, { type: 'remove-device', key: tablet.did }, phone)
    for (const broken of [
      [b, c],
      [a, c],
      [a, c, b],
      [a, b, b],
      [a, a],
      [a, b, c, c],
    ]) {
      await expect(verifyDidLog(broken)).rejects.toThrow(code('invalid-proof'))
    }
  })

  it('refuses what anybody else signed in the name of a device', async () => {
    const { log, phone, stranger } = cast
    const [, operation] = await following(log, addTablet(), stranger)
    const relabelled = { ...(operation as DidOperation), signer: phone.did }
    await expect(verifyDidLog([...log, relabelled])).rejects.toThrow(code('invalid-proof'))
    await expect(verifyDidLog(await following(log, addTablet(), stranger))).rejects.toThrow(
      code('invalid-proof'),
    )
  })

  it('refuses an operation whose time is before the one it follows', async () => {
    const log = await following(cast.log, { ...addTablet(), at: '2020-01-01T00:00:00.000Z' }, cast.phone)
    await expect(verifyDidLog(log)).rejects.toThrow(code('invalid-proof'))
  })

  it('refuses a second creation and a creation that follows something', async () => {
    const { log, phone, words } = cast
    const creation = { type: 'create', devices: [{ key: phone.did, label: 'P' }], recoveryKeys: [words.did] }
    const again = await forge({ ...log[0], ...creation }, phone)
    await expect(verifyDidLog([...log, again])).rejects.toThrow(code('invalid-proof'))
    await expect(verifyDidLog(await following(log, creation, phone))).rejects.toThrow(code('invalid-request'))
  })

  it.each<[string, (operation: DidOperation) => unknown]>([
    ['no object', () => 'create'],
    ['null', () => null],
    ['an unknown type', operation => ({ ...operation, type: 'toString' })],
    ['no type', ({ type: _, ...operation }) => operation],
    ['another version', operation => ({ ...operation, protocol: 'did:lumos/2' })],
    ['a member too many', operation => ({ ...operation, extra: 1 })],
    ['a member of another type', operation => ({ ...operation, key: cast.phone.did })],
    ['a member missing', ({ at: _, ...operation }) => operation],
    ['a member renamed', ({ at, ...operation }) => ({ ...operation, At: at })],
    ['a prev', operation => ({ ...operation, prev: `bagaaiera${'a'.repeat(52)}` })],
    ['a date that is none', operation => ({ ...operation, at: '2026-02-30T00:00:00.000Z' })],
    ['a month that is none', operation => ({ ...operation, at: '2026-13-01T00:00:00.000Z' })],
    ['a time without milliseconds', operation => ({ ...operation, at: '2026-01-01T00:00:00Z' })],
    ['a time with more around it', operation => ({ ...operation, at: ` ${operation.at}` })],
    ['a number for a time', operation => ({ ...operation, at: 5 })],
    ['a short signature', operation => ({ ...operation, signature: operation.signature.slice(1) })],
    ['a padded signature', operation => ({ ...operation, signature: `${operation.signature}==` })],
    ['a signer that is no key', operation => ({ ...operation, signer: 'did:web:example.com' })],
    ['a signer of the wrong type', operation => ({ ...operation, signer: 1 })],
    ['devices that are no list', operation => ({ ...operation, devices: {} })],
    ['a device with more', o => ({ ...o, devices: [{ key: cast.phone.did, label: 'P', more: 1 }] })],
    ['a device that is text', operation => ({ ...operation, devices: [cast.phone.did] })],
    [
      'a label that is no text',
      operation => ({ ...operation, devices: [{ key: cast.phone.did, label: 1 }] }),
    ],
    ['a label with a control', o => ({ ...o, devices: [{ key: cast.phone.did, label: 'a\nb' }] })],
    ['recovery keys that are no list', operation => ({ ...operation, recoveryKeys: cast.words.did })],
    ['recovery keys that are no keys', operation => ({ ...operation, recoveryKeys: ['x'] })],
  ])('refuses a first operation with %s', async (_, change) => {
    const [genesis] = cast.log as [DidOperation]
    await expect(verifyDidLog([change(genesis)])).rejects.toThrow(code('invalid-request'))
  })

  it.each<[string, object]>([
    ['a key that is none', { key: 'did:web:example.com' }],
    ['a key that is no text', { key: 5 }],
    ['a label that is no text', { label: 5 }],
    ['no label to speak of', { label: '' }],
    ['a label that turns the text around it', { label: 'a\u202eb' }],
    ['a label of 65 characters', { label: 'a'.repeat(65) }],
  ])('refuses a device added with %s', async (_, change) => {
    const { log, phone } = cast
    await expect(verifyDidLog(await following(log, addTablet(), phone))).resolves.toBeDefined()
    await expect(verifyDidLog(await following(log, { ...addTablet(), ...change }, phone))).rejects.toThrow(
      code('invalid-request'),
    )
  })

  it('reads 256 operations, and the members of a device in any order', async () => {
    const [genesis] = cast.log as [DidOperation]
    expect(readDidLog(Array.from({ length: 256 }, () => genesis))).toHaveLength(256)
    const devices = [{ label: 'Phone', key: cast.phone.did }]
    expect(readDidLog([{ ...genesis, devices }])[0]).toMatchObject({ devices })
  })

  it.each([[undefined], [null], [{}], ['[]'], [[]], [{ length: 1 }]])(
    'refuses %j, which is no log',
    async value => {
      await expect(verifyDidLog(value)).rejects.toThrow(code('invalid-request'))
    },
  )

  it('refuses a key of small order, under which anybody could sign', async () => {
    const weak = 'did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP'
    const [genesis] = cast.log as [DidOperation]
    await expect(verifyDidLog([{ ...genesis, signer: weak }])).rejects.toThrow(code('invalid-request'))
  })

  it('refuses 257 operations and 512 KiB before it looks at them', async () => {
    const many = Array.from({ length: 257 }, () => cast.log[0])
    await expect(verifyDidLog(many)).rejects.toThrow(code('too-large'))
    expect(() => decodeDidLog('['.padEnd(didLogLimits.maxLogBytes + 1))).toThrow(code('too-large'))
    expect(() => decodeDidLog('[[[[[]]]]]')).toThrow(code('too-large'))
  })

  it('keeps the last 32 of 256 operations for recovery keys', async () => {
    const { log, phone, tablet, words } = cast
    const limit = didLogLimits.maxDeviceOperations
    let full = log
    for (let index = full.length; index < limit; index++) {
      const { did } = await identityOf(1000 + Math.floor(index / 2))
      const change: DidChange =
        index % 2 === 1
          ? { type: 'add-device', key: did, label: 'X' }
          : { type: 'remove-device', key: removable(full) }
      full = await following(full, change, phone)
    }
    expect((await verifyDidLog(full)).operationCount).toBe(limit)
    await expect(verifyDidLog(await following(full, addTablet(), phone))).rejects.toThrow(
      code('invalid-proof'),
    )
    const recovered = await following(full, addTablet(), words)
    expect((await verifyDidLog(recovered)).keys).toContain(tablet.did)
  }, 60_000)

  it('stops when its caller does', async () => {
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(verifyDidLog(cast.log, { signal })).rejects.toThrow('gone')
  })

  it('checks no signature of a log that is of another DID or out of order', async () => {
    let checks = 0
    const verifier = { verify: () => ++checks > 0 }
    const { did } = await verifyDidLog(cast.log)
    const [genesis] = cast.log as [DidOperation]
    const other = { ...genesis, at: '2030-01-01T00:00:00.000Z' }
    await expect(verifyDidLog([other], { did, verifier })).rejects.toThrow(code('invalid-proof'))
    expect(checks).toBe(0)
  })
})

function removable(log: DidLog): Did {
  const last = log[log.length - 1] as DidOperation & { key: Did }
  return last.key
}
