import { describe, expect, it } from 'vitest'
import { base64url } from '../../../src/core/index.ts'
import { StatusList } from '../../../src/identity/credentials/index.ts'
import { readStatusEntry, type StatusEntry } from '../../../src/identity/credentials/status-entry.ts'
import { code, reason } from '../refused.ts'
import { emptyList, listUrl } from './parties.ts'

const gzip = async (bytes: Uint8Array<ArrayBuffer>) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
  return `u${base64url.encode(new Uint8Array(await new Response(stream).arrayBuffer()))}`
}

describe('a status list', () => {
  it('reads the example of the specification', async () => {
    const list = await StatusList.decode(emptyList)
    expect(list.length).toBe(131_072)
    for (let index = 0; index < list.length; index++) if (list.get(index)) expect.fail(`${index} is set`)
  })

  it('keeps each bit where the specification says: the first is the most significant of the first byte', async () => {
    const list = StatusList.create()
    for (const index of [0, 9, 131_071]) list.set(index, true)
    const bytes = new Uint8Array(131_072 / 8)
    bytes.set([0x80, 0x40])
    bytes[16_383] = 0x01
    expect(await list.encode()).toBe(await gzip(bytes))
    const read = await StatusList.decode(await list.encode())
    expect([0, 1, 8, 9, 10, 131_070, 131_071].filter(index => read.get(index))).toEqual([0, 9, 131_071])
    read.set(9, false)
    expect(read.get(9)).toBe(false)
    expect(read.get(0)).toBe(true)
  })

  it.each([131_064, 131_073, 8_388_616, Number.NaN])('is not made with %d entries', length => {
    expect(() => StatusList.create(length)).toThrow(code('invalid-request'))
  })

  it('is made with 8,388,608 entries, and says why it cannot be unpacked', async () => {
    expect(StatusList.create(8_388_608).length).toBe(8_388_608)
    await expect(StatusList.decode(emptyList.slice(0, -8))).rejects.toMatchObject({
      cause: expect.any(Error),
    })
  })

  it.each([-1, 131_072, 0.5, Number.NaN])('has no entry %d', index => {
    const list = StatusList.create()
    expect(() => list.get(index)).toThrow(code('invalid-request'))
    expect(() => list.set(index, true)).toThrow(code('invalid-request'))
  })

  it('does not read what is short, cut, unpacked, or a bomb', async () => {
    const bomb = await gzip(new Uint8Array(1024 * 1024 + 1))
    expect(bomb.length).toBeLessThan(2000)
    expect((await StatusList.decode(await gzip(new Uint8Array(1024 * 1024)))).length).toBe(8_388_608)
    const short = await gzip(new Uint8Array(16_383))
    for (const text of [
      bomb,
      short,
      emptyList.slice(0, -8),
      emptyList.slice(1),
      `z${emptyList.slice(1)}`,
      'u',
      '',
      'u!',
      `${emptyList}AAAA`,
    ]) {
      await expect(StatusList.decode(text), text.slice(0, 20)).rejects.toThrow(
        reason('malformed', 'invalid-request'),
      )
    }
  })
})

describe('an entry in a credential', () => {
  const entry: StatusEntry = {
    type: 'BitstringStatusListEntry',
    statusPurpose: 'suspension',
    statusListIndex: '0',
    statusListCredential: listUrl,
  }

  it('is read as it is, and what else stands in it is left out', () => {
    expect(readStatusEntry({ ...entry, statusSize: 2 })).toEqual(entry)
    expect(readStatusEntry({ ...entry, id: 'urn:x', statusListIndex: '999999999' })).toEqual({
      ...entry,
      id: 'urn:x',
      statusListIndex: '999999999',
    })
    expect(readStatusEntry({ ...entry, id: 5, statusPurpose: 'revocation' })).toEqual({
      ...entry,
      statusPurpose: 'revocation',
    })
  })

  it.each<[string, unknown]>([
    ['a list of entries', [entry]],
    ['text', 'x'],
    ['another type', { ...entry, type: 'StatusList2021Entry' }],
    ['a purpose that nobody knows', { ...entry, statusPurpose: 'message' }],
    ['a number for an index', { ...entry, statusListIndex: 0 }],
    ['an index with a sign', { ...entry, statusListIndex: '-1' }],
    ['an index with a zero before it', { ...entry, statusListIndex: '01' }],
    ['an index with something behind it', { ...entry, statusListIndex: '1 ' }],
    ['an index out of all bounds', { ...entry, statusListIndex: '1000000000' }],
    ['no index', { ...entry, statusListIndex: '' }],
    ['no list', { ...entry, statusListCredential: undefined }],
    ['a list that is no URL', { ...entry, statusListCredential: 'status/1' }],
  ])('is not %s', (_, value) => {
    expect(() => readStatusEntry(value as never)).toThrow(reason('malformed', 'invalid-request'))
  })
})
