import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import { expect, test } from '../../../../../tests/browser/test.ts'
import { createAccessControl, StoreRevocationList } from '../../../src/access.ts'
import {
  createHost,
  createHttpHandler,
  defaultPublicCommands,
  MemoryStore,
  StoreThreads,
} from '../../../src/host.ts'
import { createIdentity, createKeyDirectory, createVerifier, DidLogStore } from '../../../src/identity.ts'
import { MemoryModelCatalog } from '../../../src/testing/memory-model-catalog.ts'
import { NodeListener } from '../../transports/http/node-listener.ts'
import type { PersonCalls } from './person-page.ts'
import { type PageWatch, watchPage } from './watch-page.ts'

declare const calls: PersonCalls
declare const watch: PageWatch

const script = join(import.meta.dirname, 'person-page.ts')
const clock = { now: () => Date.now(), setTimer: () => () => {} }

/** A phone or laptop: a profile of its own, with an authenticator that only its owner can use. */
async function openDevice(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.addInitScript(watchPage)
  await page.goto(url)
  return page
}

/** A host that gives a person’s data to the keys that speak for them now. */
async function startHost(origin: string) {
  const store = new MemoryStore()
  const identity = await createIdentity()
  const didLogs = new DidLogStore({ store })
  const keys = createKeyDirectory({ didLogs })
  const verifier = createVerifier()
  const revocations = await StoreRevocationList.open({ store, keys, verifier, clock })
  const authorizer = createAccessControl({
    nodeId: identity.did,
    keys,
    verifier,
    clock,
    publicCommands: defaultPublicCommands,
    revocations,
  })
  const models = new MemoryModelCatalog([])
  const host = createHost({
    identity,
    store,
    threads: new StoreThreads({ store }),
    models,
    authorizer,
    didLogs,
  })
  await host.start()
  const listener = await NodeListener.listen(createHttpHandler(host, { cors: { origins: [origin] } }))
  return { url: listener.origin, listener }
}

/** Nothing of `secrets`, or of what was made since the page was loaded, came past a script or lies readable. */
async function expectNothingReadable(page: Page, secrets: number[][]): Promise<void> {
  await page.evaluate(known => watch.lookFor(known), secrets)
  expect(await page.evaluate(() => watch.leaks())).toEqual([])
  expect(await page.evaluate(() => watch.isKept())).toBe(false)
  expect(await page.evaluate(() => watch.exportKept())).not.toContain('exported')
  expect(await page.evaluate(() => watch.callCount())).toBeGreaterThan(10)
}

/** Loads the page anew, and goes on looking for the keys that were made before. */
async function reload(page: Page): Promise<number[][]> {
  const secrets = await page.evaluate(() => watch.secrets())
  expect(secrets).toHaveLength(1)
  await expectNothingReadable(page, [])
  await page.reload()
  return secrets
}

test('a passkey makes a person, who comes back locked, unlocks and signs; no key was ever readable', async ({
  context,
  servePage,
}) => {
  const url = (await servePage({ script })).replace('127.0.0.1', 'localhost')
  const page = await openDevice(context, url)
  const created = await page.evaluate(() => calls.create('Laptop'))
  expect(created.did).toMatch(/^did:lumos:/)
  expect(created.words.split(' ')).toHaveLength(24)
  expect(await page.evaluate(() => calls.sign())).toBe(true)

  const secrets = await reload(page)
  expect(await page.evaluate(() => calls.open())).toEqual({
    did: created.did,
    device: created.device,
    isLocked: true,
  })
  expect(await page.evaluate(() => calls.sign())).toBe('identity-unavailable')
  expect(await page.evaluate(() => calls.unlock())).toMatchObject({ isLocked: false })
  expect(await page.evaluate(() => calls.sign())).toBe(true)
  await page.evaluate(() => calls.lock())
  expect(await page.evaluate(() => calls.sign())).toBe('identity-unavailable')
  await expectNothingReadable(page, secrets)
})

test('the watch sees a key that a script does read', async ({ context, servePage }) => {
  const url = (await servePage({ script })).replace('127.0.0.1', 'localhost')
  const page = await openDevice(context, url)
  const leaks = await page.evaluate(async () => {
    const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, [
      'sign',
      'verify',
    ])) as CryptoKeyPair
    const jwk = await crypto.subtle.exportKey('jwk', privateKey)
    localStorage.setItem('key', JSON.stringify(jwk))
    await crypto.subtle.exportKey('pkcs8', privateKey)
    return { leaks: await watch.leaks(), isKept: await watch.isKept() }
  })
  expect(leaks.leaks).toContain('exportKey gives')
  expect(leaks.leaks).toContain('setItem takes')
  expect(leaks.isKept).toBe(true)
})

test('a second profile is paired by a link and six digits, and refused once it is removed', async ({
  browser,
  context,
  servePage,
}) => {
  const url = (await servePage({ script })).replace('127.0.0.1', 'localhost')
  const { url: hostUrl, listener } = await startHost(new URL(url).origin)
  await using _ = listener
  const other = await browser.newContext()
  const laptop = await openDevice(context, url)
  const phone = await openDevice(other, url)
  const { did } = await laptop.evaluate(() => calls.create('Laptop'))

  const link = await phone.evaluate(at => calls.startPairing(at), hostUrl)
  const asking = laptop.evaluate(([to, at]) => calls.accept(to, at), [link, hostUrl] as const)
  const code = await phone.evaluate(() => calls.shownCode())
  const asked = await asking
  expect(asked).toMatchObject({ label: 'Phone', code })
  expect(code).toMatch(/^\d{6}$/)
  const [onPhone] = await Promise.all([
    phone.evaluate(() => calls.finishPairing(true)),
    laptop.evaluate(() => calls.letIn()),
  ])
  expect(onPhone).toEqual({ did, device: asked.device, isLocked: false })
  const devices = await laptop.evaluate(() => calls.listDevices())
  expect(devices.map(({ label }) => label)).toEqual(['Laptop', 'Phone'])

  await laptop.evaluate(at => calls.tell(at), hostUrl)
  for (const page of [laptop, phone]) {
    expect(await page.evaluate(at => calls.ask(at), hostUrl)).toBe('0 threads')
  }
  const secrets = await reload(phone)
  expect(await phone.evaluate(() => calls.open())).toMatchObject({ did, isLocked: true })
  await phone.evaluate(() => calls.unlock())

  await laptop.evaluate(device => calls.removeDevice(device), asked.device)
  await laptop.evaluate(at => calls.tell(at), hostUrl)
  expect(await phone.evaluate(() => calls.sign())).toBe(true)
  expect(await phone.evaluate(at => calls.ask(at), hostUrl)).toBe('forbidden')
  expect(await laptop.evaluate(at => calls.ask(at), hostUrl)).toBe('0 threads')

  await expectNothingReadable(laptop, await laptop.evaluate(() => watch.secrets()))
  await expectNothingReadable(phone, secrets)
  await other.close()
})

test('a pairing that its owner does not confirm leaves nothing on the new device', async ({
  browser,
  context,
  servePage,
}) => {
  const url = (await servePage({ script })).replace('127.0.0.1', 'localhost')
  const { url: hostUrl, listener } = await startHost(new URL(url).origin)
  await using _ = listener
  const other = await browser.newContext()
  const laptop = await openDevice(context, url)
  const phone = await openDevice(other, url)
  await laptop.evaluate(() => calls.create('Laptop'))
  const link = await phone.evaluate(at => calls.startPairing(at), hostUrl)
  await laptop.evaluate(([to, at]) => calls.accept(to, at), [link, hostUrl] as const)
  await phone.evaluate(() => calls.shownCode())
  await expect(phone.evaluate(() => calls.finishPairing(false))).rejects.toThrow(/cancelled/)
  await expect(phone.evaluate(() => calls.open())).rejects.toThrow(/No person/)
  expect(await laptop.evaluate(() => calls.listDevices())).toHaveLength(1)
  await other.close()
})
