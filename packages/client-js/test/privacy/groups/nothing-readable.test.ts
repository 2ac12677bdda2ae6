import { expect, it } from 'vitest'
import type { GroupId, GroupRelay } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { MemoryGroupRelay } from '../../../src/testing/memory-group-relay.ts'
import { groupOf, invitee, person, readText, text } from './group-setup.ts'

/** Remembers every byte that passes. */
class RecordingRelay implements GroupRelay {
  readonly seen: Uint8Array[] = []
  readonly #relay = new MemoryGroupRelay()

  append(groupId: GroupId, message: Uint8Array): Promise<number> {
    this.seen.push(message)
    return this.#relay.append(groupId, message)
  }

  async read(groupId: GroupId, options?: { after?: number; limit?: number }) {
    const entries = await this.#relay.read(groupId, options)
    this.seen.push(...entries.map(({ message }) => message))
    return entries
  }
}

/** Every way in which `secret` may stand in bytes or in their texts. */
function contains(haystack: Uint8Array | string, secret: Uint8Array): boolean {
  const bytes = typeof haystack === 'string' ? Buffer.from(haystack) : Buffer.from(haystack)
  const hex = Buffer.from(secret).toString('hex')
  const base64 = [0, 1, 2].map(shift => {
    // Base64 of the same bytes differs by where they begin; the whole groups in the middle do not.
    const encoded = Buffer.from([...new Uint8Array(shift), ...secret]).toString('base64url')
    return encoded.slice(shift === 0 ? 0 : 4, -4)
  })
  return [Buffer.from(secret), Buffer.from(hex), ...base64.map(part => Buffer.from(part))].some(part =>
    bytes.includes(part),
  )
}

const secret = 'The merger is announced on Friday at nine.'

it('nothing that passes a relay, nor what is kept, shows what members say or who they are to each other', async () => {
  const relay = new RecordingRelay()
  const storageKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  const stores = [new MemoryStore(), new MemoryStore(), new MemoryStore()]
  const people = await Promise.all(stores.map(store => person(relay, { store, storageKey })))
  const [alice, bob, carol] = people
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error('three people')
  const [ofAlice, ofBob] = await groupOf(alice, bob)
  if (ofAlice === undefined || ofBob === undefined) throw new Error('two members')
  const wire: Uint8Array[] = []
  for (let round = 0; round < 3; round++) {
    const sealed = await ofAlice.seal(text(`${round} ${secret}`), `document/${secret}`)
    wire.push(sealed)
    expect(readText(await ofBob.open(sealed, `document/${secret}`))).toBe(`${round} ${secret}`)
    await ofBob.rotate()
    await ofAlice.sync()
  }
  const invitation = await ofBob.add([await invitee(carol)])
  const ofCarol = await carol.keeper.join(invitation)
  wire.push(invitation, await ofAlice.exportHistory(), await ofCarol.seal(text(secret), 'c'))
  await ofAlice.remove([bob.identity.did])
  await ofCarol.leave()
  await ofAlice.sync()
  wire.push(...relay.seen)
  expect(relay.seen.length).toBeGreaterThan(10)
  const names = people.map(({ identity }) => text(identity.did))
  for (const bytes of wire) {
    expect(contains(bytes, text(secret))).toBe(false)
    for (const name of names) expect(contains(bytes, name)).toBe(false)
  }
  for (const store of stores) {
    for await (const { value } of store.list({ prefix: '' })) {
      expect(value).toMatchObject({ protection: 'aes-256-gcm' })
      for (const name of names) expect(contains(JSON.stringify(value), name)).toBe(false)
    }
  }
  // The search finds what is there.
  const plain = text(`0${secret}1`)
  expect(contains(plain, text(secret))).toBe(true)
  expect(contains(Buffer.from(plain).toString('hex'), text(secret))).toBe(true)
  expect(contains(base64url.encode(plain), text(secret))).toBe(true)
})

it('a store without a key says that it protects nothing', async () => {
  const store = new MemoryStore()
  const { keeper } = await person(new MemoryGroupRelay(), { store })
  await keeper.create()
  await keeper.createKeyPackage()
  let count = 0
  for await (const { value } of store.list({ prefix: '' })) {
    expect(value).toMatchObject({ protection: 'none' })
    count++
  }
  expect(count).toBe(2)
})
