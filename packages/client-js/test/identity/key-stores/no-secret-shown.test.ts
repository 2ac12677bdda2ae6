import { Console } from 'node:console'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { createKeyStore } from '../../../src/identity.ts'
import { temporaryDirectories } from './temporary-directory.ts'

const newDirectory = temporaryDirectories()
const passphrase = 'correct horse battery'
const backupPassphrase = 'staple in the safe'
const passphraseCost = { memoryKiB: 64, iterations: 1 }

/** All that a program shows of a value without meaning to. */
function shownOf(value: unknown): string {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }
  new Console({ stdout: stream, stderr: stream, inspectOptions: options }).log(
    '%o %O %s %j',
    value,
    value,
    value,
    value,
  )
  const error = value instanceof Error ? [value.stack, value.message, inspect(value.cause, options)] : []
  return [...lines, inspect(value, options), JSON.stringify(value), String(value), ...error].join('\n')
}

async function seedIn(path: string): Promise<Buffer> {
  const { privateKey } = JSON.parse(await readFile(path, 'utf8'))
  return Buffer.from(privateKey, 'base64url').subarray(-32)
}

it('neither keys, stores nor errors show a private key or a passphrase', async () => {
  const directory = await newDirectory()
  const plain = createKeyStore({ directory, passphraseCost })
  const identity = await plain.create('plain')
  const seed = await seedIn(join(directory, 'plain.key'))
  const backup = await plain.export('plain', { backupPassphrase })
  const closed = createKeyStore({ directory, protection: 'passphrase', passphraseCost })
  const locked = await closed.import('closed', backup, { backupPassphrase, passphrase })

  const refused = await Promise.allSettled([
    closed.import('other', backup, { backupPassphrase: `${backupPassphrase}!`, passphrase }),
    closed.import('other', backup.slice(1), { backupPassphrase, passphrase }),
    closed.create('closed', { passphrase }),
    closed.changePassphrase('closed', { passphrase: `${passphrase}!`, newPassphrase: backupPassphrase }),
    closed.export('closed', { passphrase: `${passphrase}!`, backupPassphrase }),
    closed.create('short', { passphrase: passphrase.slice(0, 7) }),
  ])
  locked.lock()
  const unlocking = await locked.unlock({ passphrase: `${passphrase}!` }).catch(error => error)
  const signing = await Promise.resolve()
    .then(() => locked.sign(seed))
    .catch(error => error)
  const errors = refused.map(outcome => (outcome.status === 'rejected' ? outcome.reason : outcome))
  expect(errors.every(error => error instanceof Error)).toBe(true)

  const shown = [identity, locked, plain, closed, await plain.list(), unlocking, signing, ...errors]
    .map(shownOf)
    .join('\n')
  expect(shown).toContain(identity.did)
  const secrets = [
    passphrase,
    backupPassphrase,
    ...[0, 8, 16, 24].flatMap(start => spellings(seed.subarray(start, start + 8))),
  ]
  for (const secret of secrets) expect(shown).not.toContain(secret)
})

/** The ways in which bytes get printed. */
function spellings(bytes: Buffer): string[] {
  return [
    bytes.toString('hex'),
    bytes.toString('hex').replaceAll(/(..)(?=.)/g, '$1 '),
    bytes.toString('base64url').slice(0, 10),
    [...bytes].join(', '),
    [...bytes].join(','),
  ]
}

it('a damaged plain file is not quoted in the error', async () => {
  const directory = await newDirectory()
  await createKeyStore({ directory }).create('plain')
  const path = join(directory, 'plain.key')
  const seed = await seedIn(path)
  const text = await readFile(path, 'utf8')
  for (const broken of [text.slice(0, -1), text.replace('{', '[')]) {
    await writeFile(path, broken)
    const error = await createKeyStore({ directory })
      .open('plain')
      .catch(reason => reason)
    expect(error).toMatchObject({ problem: 'damaged' })
    const shown = shownOf(error)
    for (const secret of spellings(seed)) expect(shown).not.toContain(secret)
    expect(shown).not.toContain(JSON.parse(text).privateKey)
  }
})
