import { expect, it } from 'vitest'
import { createSystemClock } from '../../../src/core/index.ts'
import { generateKeyPair } from '../../../src/identity/key-stores/key-pair.ts'
import { KeyProtector } from '../../../src/identity/key-stores/key-protector.ts'
import { memoryKeyRecords } from '../../../src/identity/key-stores/memory-key-records.ts'
import { passkeyWrapping } from '../../../src/identity/key-stores/passkey-wrapping.ts'
import { passphraseWrapping } from '../../../src/identity/key-stores/passphrase-wrapping.ts'
import { RecordKeyStore } from '../../../src/identity/key-stores/record-key-store.ts'

const passphrase = 'correct horse battery'
const wrapping = {
  passphrase: passphraseWrapping({ memoryKiB: 64, iterations: 1 }),
  passkey: passkeyWrapping(),
}

function storeOf(records = memoryKeyRecords()) {
  const protector = new KeyProtector({ form: records.form, protection: 'passphrase', wrapping })
  return new RecordKeyStore({ records, protector, clock: createSystemClock() })
}

it('a key that is open is not asked for its secret', async () => {
  const identity = await storeOf().create('me', { passphrase })
  await identity.unlock({ passphrase: 'another one' })
  await identity.unlock()
  expect(identity.isLocked).toBe(false)
  const signal = AbortSignal.abort(new Error('changed my mind'))
  await expect(identity.unlock({ signal })).rejects.toThrow('changed my mind')
})

it('a list leaves out what is damaged, and fails where the medium does', async () => {
  const records = memoryKeyRecords()
  const keys = storeOf(records)
  await keys.create('me', { passphrase })
  await records.insert('damaged', { did: 'did:key:z' })
  expect((await keys.list()).map(({ name }) => name)).toEqual(['me'])
  const broken = storeOf({
    ...records,
    read: async () => {
      throw new TypeError('The disk is gone.')
    },
  })
  await expect(broken.list()).rejects.toThrow('The disk is gone.')
})

it('memory keeps what it has of a name', async () => {
  const records = memoryKeyRecords()
  const { did } = await generateKeyPair(false)
  expect(await records.insert('me', { did })).toBe(true)
  expect(await records.insert('me', 'another')).toBe(false)
  expect(await records.read('me')).toEqual({ did })
})
