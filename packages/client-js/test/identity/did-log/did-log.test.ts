import { beforeAll, describe, expect, it } from 'vitest'
import type { Did, Identity } from '../../../src/contracts/index.ts'
import { canonicalJson, utf8 } from '../../../src/core/index.ts'
import {
  appendToDidLog,
  createDidLog,
  type DidChange,
  type DidLog,
  type DidOperation,
  isLumosDid,
  lumosDid,
  verifyDidLog,
} from '../../../src/identity/index.ts'
import { code } from '../refused.ts'
import { type Cast, createCast, identityOf } from './cast.ts'

let cast: Cast
beforeAll(async () => {
  cast = await createCast()
})

const addTablet = (): DidChange => ({ type: 'add-device', key: cast.tablet.did, label: 'Tablet' })

describe('a did:lumos', () => {
  it('is named by the hash of its first operation', async () => {
    const [genesis] = cast.log as [DidOperation]
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(canonicalJson(genesis))))
    const { did, head } = await verifyDidLog(cast.log)
    expect(did).toBe(`did:lumos:${head}`)
    expect(isLumosDid(did)).toBe(true)
    // CIDv1 0x01, json 0x0200 as a varint, sha2-256 0x12, 32 bytes.
    const bytes = Uint8Array.of(0x01, 0x80, 0x04, 0x12, 0x20, ...digest)
    expect(head).toBe(`b${base32(bytes)}`)
    expect(lumosDid(head)).toBe(did)
  })

  it.each([undefined, 5, [], 'did:lumos:', 'did:lumos:short', `did:lumos:bagaaiera${'A'.repeat(52)}`])(
    'is not %j',
    value => {
      expect(isLumosDid(value)).toBe(false)
      expect(isLumosDid([`did:lumos:bagaaiera${'a'.repeat(52)}`])).toBe(false)
    },
  )

  it('has the keys it was created with', async () => {
    const { phone, laptop, words, log } = cast
    expect(await verifyDidLog(log)).toMatchObject({
      keys: [phone.did, laptop.did],
      devices: [
        { key: phone.did, label: 'Phone' },
        { key: laptop.did, label: 'Laptop' },
      ],
      recoveryKeys: [words.did],
      isDeactivated: false,
      operationCount: 1,
      createdAt: new Date(cast.clock.now()).toISOString(),
      updatedAt: new Date(cast.clock.now()).toISOString(),
    })
  })

  it('may be created by its recovery key, and by nobody it does not name', async () => {
    const { phone, words, stranger } = cast
    const options = { devices: [{ key: phone.did, label: 'Phone' }], recoveryKeys: [words.did] }
    expect(await verifyDidLog(await createDidLog({ ...options, signer: words }))).toMatchObject({
      keys: [phone.did],
    })
    await expect(createDidLog({ ...options, signer: stranger })).rejects.toThrow(code('invalid-proof'))
  })

  it.each<[string, (c: Cast) => { devices: { key: Did; label: string }[]; recoveryKeys: Did[] }]>([
    ['no device', c => ({ devices: [], recoveryKeys: [c.words.did] })],
    ['no recovery key', c => ({ devices: [{ key: c.phone.did, label: 'P' }], recoveryKeys: [] })],
    [
      'a key in two roles',
      c => ({ devices: [{ key: c.phone.did, label: 'P' }], recoveryKeys: [c.phone.did] }),
    ],
    [
      'a recovery key twice',
      c => ({ devices: [{ key: c.phone.did, label: 'P' }], recoveryKeys: [c.words.did, c.words.did] }),
    ],
    ['an empty label', c => ({ devices: [{ key: c.phone.did, label: '' }], recoveryKeys: [c.words.did] })],
    [
      'a label that turns the text around it',
      c => ({ devices: [{ key: c.phone.did, label: 'a\u202eb' }], recoveryKeys: [c.words.did] }),
    ],
    [
      'a label of 65 characters',
      c => ({ devices: [{ key: c.phone.did, label: 'a'.repeat(65) }], recoveryKeys: [c.words.did] }),
    ],
    [
      'a key that is no did:key',
      c => ({ devices: [{ key: 'did:web:example.com' as Did, label: 'P' }], recoveryKeys: [c.words.did] }),
    ],
  ])('is not made with %s', async (_, content) => {
    await expect(createDidLog({ ...content(cast), signer: cast.phone })).rejects.toThrow(
      code('invalid-request'),
    )
  })

  it('is not made with 17 devices or 6 recovery keys, and is with 16 and 5', async () => {
    const { phone } = cast
    const others = await Promise.all(Array.from({ length: 25 }, (_, index) => identityOf(100 + index)))
    const devices = [phone, ...others].map(({ did }, index) => ({ key: did, label: `Device ${index}` }))
    const recoveryKeys = others.slice(16).map(({ did }) => did)
    const create = (deviceCount: number, recoveryCount: number) =>
      createDidLog({
        devices: devices.slice(0, deviceCount),
        recoveryKeys: recoveryKeys.slice(0, recoveryCount),
        signer: phone,
      })
    await expect(create(17, 5)).rejects.toThrow(code('invalid-request'))
    await expect(create(16, 6)).rejects.toThrow(code('invalid-request'))
    expect((await verifyDidLog(await create(16, 5))).keys).toHaveLength(16)
  })
})

function base32(bytes: Uint8Array): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map(group => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('')
}

describe('a change', () => {
  it('adds a device, which then adds and removes others', async () => {
    const { log, laptop, tablet, phone, clock } = cast
    const added = await appendToDidLog(log, addTablet(), laptop, { clock })
    expect((await verifyDidLog(added)).keys).toEqual([phone.did, laptop.did, tablet.did])
    const removed = await appendToDidLog(added, { type: 'remove-device', key: laptop.did }, tablet)
    expect((await verifyDidLog(removed)).devices.map(({ label }) => label)).toEqual(['Phone', 'Tablet'])
    expect(removed.slice(0, 2)).toEqual(added)
  })

  it('never goes back in time, whatever the clock says', async () => {
    const { log, phone, clock } = cast
    const late = { ...clock, now: () => clock.now() + 5000, setTimer: clock.setTimer }
    const first = await appendToDidLog(log, addTablet(), phone, { clock: late })
    const second = await appendToDidLog(first, { type: 'remove-device', key: cast.laptop.did }, phone, {
      clock,
    })
    expect(second[2]?.at).toBe(first[1]?.at)
    expect((await verifyDidLog(second)).updatedAt).toBe(first[1]?.at)
    expect((await verifyDidLog(second)).createdAt).toBe(log[0]?.at)
  })

  it('rotates the recovery keys when a recovery key signs, after which the old one may nothing', async () => {
    const { log, words, newWords } = cast
    const rotated = await appendToDidLog(
      log,
      { type: 'rotate-recovery', recoveryKeys: [newWords.did] },
      words,
    )
    expect((await verifyDidLog(rotated)).recoveryKeys).toEqual([newWords.did])
    await expect(appendToDidLog(rotated, addTablet(), words)).rejects.toThrow(code('invalid-proof'))
    expect((await verifyDidLog(await appendToDidLog(rotated, addTablet(), newWords))).keys).toHaveLength(3)
  })

  it('keeps a recovery key and adds one beside it', async () => {
    const { log, words, newWords } = cast
    const recoveryKeys = [newWords.did, words.did]
    const both = await appendToDidLog(log, { type: 'rotate-recovery', recoveryKeys }, words)
    expect((await verifyDidLog(both)).recoveryKeys).toEqual(recoveryKeys)
  })

  it('deactivates when a recovery key signs, and nothing follows', async () => {
    const { log, words, phone } = cast
    const ended = await appendToDidLog(log, { type: 'deactivate' }, words)
    expect(await verifyDidLog(ended)).toMatchObject({
      keys: [],
      devices: [],
      recoveryKeys: [],
      isDeactivated: true,
    })
    for (const signer of [words, phone]) {
      await expect(appendToDidLog(ended, addTablet(), signer)).rejects.toThrow(code('invalid-proof'))
    }
  })

  it.each<[string, (c: Cast) => DidChange]>([
    ['adding a device that is there', c => ({ type: 'add-device', key: c.laptop.did, label: 'Again' })],
    ['adding a recovery key as a device', c => ({ type: 'add-device', key: c.words.did, label: 'Words' })],
    ['removing a device that is not there', c => ({ type: 'remove-device', key: c.tablet.did })],
    ['removing a recovery key as a device', c => ({ type: 'remove-device', key: c.words.did })],
    ['making a device a recovery key', c => ({ type: 'rotate-recovery', recoveryKeys: [c.laptop.did] })],
    [
      'naming a recovery key twice',
      c => ({ type: 'rotate-recovery', recoveryKeys: [c.words.did, c.words.did] }),
    ],
    ['leaving no recovery key', () => ({ type: 'rotate-recovery', recoveryKeys: [] })],
  ])('makes no sense: %s', async (_, change) => {
    await expect(appendToDidLog(cast.log, change(cast), cast.words)).rejects.toThrow(code('invalid-request'))
  })

  it('adds a sixteenth device, and no seventeenth', async () => {
    const { phone, words } = cast
    const others = await Promise.all(Array.from({ length: 16 }, (_, index) => identityOf(200 + index)))
    const devices = [phone, ...others].slice(0, 15).map(({ did }) => ({ key: did, label: 'Device' }))
    const fifteen = await createDidLog({ devices, recoveryKeys: [words.did], signer: phone })
    const add = (log: DidLog, index: number) =>
      appendToDidLog(log, { type: 'add-device', key: (others[index] as Identity).did, label: 'New' }, phone)
    const sixteen = await add(fifteen, 14)
    expect((await verifyDidLog(sixteen)).keys).toHaveLength(16)
    await expect(add(sixteen, 15)).rejects.toThrow(code('invalid-request'))
  })

  it('leaves the last device where it is', async () => {
    const { log, phone, laptop } = cast
    const one = await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone)
    await expect(appendToDidLog(one, { type: 'remove-device', key: phone.did }, phone)).rejects.toThrow(
      code('invalid-request'),
    )
  })

  it('brings no removed device and no retired recovery key back', async () => {
    const { log, phone, laptop, words, newWords } = cast
    const without = await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone)
    const again: DidChange = { type: 'add-device', key: laptop.did, label: 'Laptop' }
    await expect(appendToDidLog(without, again, phone)).rejects.toThrow(code('invalid-request'))
    const rotated = await appendToDidLog(
      log,
      { type: 'rotate-recovery', recoveryKeys: [newWords.did] },
      words,
    )
    const back: DidChange = { type: 'rotate-recovery', recoveryKeys: [words.did] }
    await expect(appendToDidLog(rotated, back, newWords)).rejects.toThrow(code('invalid-request'))
  })

  it('goes on after an earlier operation when asked to, dropping what came later', async () => {
    const { log, laptop, tablet, words, phone } = cast
    const stolen = await appendToDidLog(log, { type: 'remove-device', key: phone.did }, laptop)
    const { head } = await verifyDidLog(log)
    const undone = await appendToDidLog(stolen, { type: 'remove-device', key: laptop.did }, words, {
      after: head,
    })
    expect(undone).toHaveLength(2)
    expect((await verifyDidLog(undone)).keys).toEqual([phone.did])
    const three = await appendToDidLog(
      await appendToDidLog(log, addTablet(), laptop),
      { type: 'deactivate' },
      words,
    )
    const after = (await verifyDidLog(three.slice(0, 2))).head
    const again = await appendToDidLog(three, { type: 'remove-device', key: laptop.did }, words, { after })
    expect((await verifyDidLog(again)).keys).toEqual([phone.did, tablet.did])
    await expect(appendToDidLog(log, addTablet(), tablet, { after: 'elsewhere' })).rejects.toThrow(
      code('not-found'),
    )
  })

  it('is refused to strangers, to removed devices, and to devices that touch recovery', async () => {
    const { log, stranger, phone, laptop, newWords } = cast
    const refusal = code('invalid-proof')
    await expect(appendToDidLog(log, addTablet(), stranger)).rejects.toThrow(refusal)
    const without = await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone)
    await expect(appendToDidLog(without, addTablet(), laptop)).rejects.toThrow(refusal)
    const rotation: DidChange = { type: 'rotate-recovery', recoveryKeys: [newWords.did] }
    await expect(appendToDidLog(log, rotation, phone)).rejects.toThrow(refusal)
    await expect(appendToDidLog(log, { type: 'deactivate' }, phone)).rejects.toThrow(refusal)
  })
})
