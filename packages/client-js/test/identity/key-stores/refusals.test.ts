import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createKeyStore, createMemoryKeyStore } from '../../../src/identity.ts'
import { temporaryDirectories } from './temporary-directory.ts'

const newDirectory = temporaryDirectories()
const passphrase = 'correct horse battery'
const passphraseCost = { memoryKiB: 64, iterations: 1 }

async function messageOf(call: unknown): Promise<string> {
  return Promise.resolve(call).then(
    () => expect.unreachable('it was not refused'),
    (error: Error) => error.message,
  )
}

it('every refusal of a key store says what happened or what to do', async () => {
  const directory = await newDirectory()
  const keys = createKeyStore({ directory, protection: 'passphrase', passphraseCost })
  const me = await keys.create('me', { passphrase })
  const memory = createMemoryKeyStore()
  const device = await memory.create('device')
  const backupPassphrase = passphrase

  expect(await messageOf(keys.create('me', { passphrase }))).toBe('A key "me" is kept here already.')
  expect(await messageOf(keys.open('you'))).toBe('No key "you" is kept here.')
  expect(await messageOf(keys.open('.'))).toBe(
    'A key’s name is 1 to 64 of A–Z a–z 0–9 . _ - and begins with no dot.',
  )
  expect(await messageOf(keys.relabel('me', ''))).toBe('A label has 1 to 64 characters.')
  expect(await messageOf(keys.create('b', { passphrase: 'short' }))).toBe(
    'A passphrase has at least 8 characters.',
  )
  expect(await messageOf(memory.export('device', { backupPassphrase }))).toBe(
    'Nobody can read this key out: make another one.',
  )
  const change = { passphrase, newPassphrase: passphrase }
  expect(await messageOf(memory.changePassphrase('device', change))).toBe(
    'The key "device" has no passphrase to change.',
  )
  expect(await messageOf(keys.import('b', 'nonsense', { passphrase, backupPassphrase }))).toBe(
    'The kept key is damaged: restore it from a copy.',
  )

  me.lock()
  expect(await messageOf((async () => me.sign(new Uint8Array()))())).toBe(
    'The key "me" is locked: unlock it to sign.',
  )
  expect(await messageOf(me.unlock())).toBe('The key is locked: it needs its passphrase.')
  expect(await messageOf(me.unlock({ passphrase: 'another one' }))).toBe(
    'Not the passphrase that closed this key, or its record was changed on purpose.',
  )
  const unlocking = me.unlock({ passphrase })
  me.lock()
  expect(await messageOf(unlocking)).toBe('The key "me" was locked while it was being unlocked.')

  await memory.delete('device')
  await memory.create('device')
  expect(await messageOf(device.unlock())).toBe(`The key ${device.did} is no longer kept here.`)
  const passkeys = createKeyStore({ directory, protection: 'passkey' })
  expect(await messageOf(passkeys.create('passkey'))).toBe('There are no passkeys here: use a passphrase.')
  const path = join(directory, 'open.key')
  await writeFile(path, new Uint8Array(32), { mode: 0o644 })
  expect(await messageOf(keys.open('open'))).toBe(
    `The key file ${path} is open to other users: chmod 600 it, or remove it to get a new identity.`,
  )
})
