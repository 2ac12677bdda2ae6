import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { createTestClient, createWalletClient, http, publicActions } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createAnchoredHeads,
  createAuditLog,
  createEvmHeadAnchor,
  type EvmClient,
} from '../../../src/access.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { auditEvent } from '../../../src/testing/audit-log-suite.ts'

/** The first of the accounts that every local chain of this kind begins with: worth nothing, known to everybody. */
const account = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')

/** The command of the npm package, where it is installed. */
function findAnvil(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
    const command = join(dirname(manifest), '../../.bin/anvil')
    return existsSync(command) ? command : undefined
  } catch {
    return undefined
  }
}

const command = findAnvil()
const missing = '@foundry-rs/anvil, an optional dependency, is not installed here'

describe.skipIf(command === undefined)(`heads on a local chain${command ? '' : ` (${missing})`}`, () => {
  let chain: ChildProcess
  let url: string

  beforeAll(async () => {
    chain = spawn(command as string, ['--port', '0', '--host', '127.0.0.1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: chain.stdout as NodeJS.ReadableStream })) {
      const [, address] = /Listening on (\S+)/.exec(line) ?? []
      if (address === undefined) continue
      url = `http://${address}`
      break
    }
    chain.stdout?.resume()
  }, 60_000)

  afterAll(() => {
    chain.kill()
  })

  const open = async (confirmations = 1) => {
    const wallet = createWalletClient({ account, chain: foundry, transport: http(url), cacheTime: 0 }).extend(
      publicActions,
    )
    const client: EvmClient = wallet
    const anchor = createEvmHeadAnchor({ client, to: account.address, confirmations })
    const [identity, store] = [await createIdentity(), new MemoryStore()]
    const log = createAuditLog({ store, identity })
    const heads = createAnchoredHeads({ log, nodeId: identity.did, anchor, store })
    const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(url) })
    return { wallet, anchor, identity, log, heads, test }
  }

  it('are found there again, and only they', async () => {
    const { log, heads, anchor } = await open()
    await log.append(auditEvent(0))
    const startedAt = performance.now()
    const { head, receipt } = await heads.anchorNow()
    console.info(`anchored in ${Math.round(performance.now() - startedAt)} ms`)
    expect(receipt).toMatchObject({ chainId: 31_337 })
    await log.append(auditEvent(1))
    expect(await heads.check()).toBe(1)
    const other = await log.head()
    expect(await anchor.verify(other, receipt)).toBe(false)
    expect(await anchor.verify(head, { ...receipt, chainId: 1 })).toBe(false)
    expect(await anchor.verify(head, { ...receipt, transactionHash: 'x' })).toBe(false)
    expect(await anchor.verify(head, { ...receipt, transactionHash: `0x${'1'.repeat(64)}` })).toBe(false)
    expect(await anchor.verify(head, { ...receipt, blockHash: `0x${'1'.repeat(64)}` })).toBe(false)
  })

  it('count once they are as deep as asked', async () => {
    const shallow = await open()
    const deep = await open(3)
    await shallow.log.append(auditEvent(0))
    const { head, receipt } = await shallow.heads.anchorNow()
    expect(await deep.anchor.verify(head, receipt)).toBe(false)
    await shallow.test.mine({ blocks: 2 })
    expect(await deep.anchor.verify(head, receipt)).toBe(true)
  })

  it('are gone when the chain took their block back', async () => {
    const { log, heads, anchor, test } = await open()
    const snapshot = await test.snapshot()
    await log.append(auditEvent(0))
    const { head, receipt } = await heads.anchorNow()
    expect(await anchor.verify(head, receipt)).toBe(true)
    await test.revert({ id: snapshot })
    expect(await anchor.verify(head, receipt)).toBe(false)
    await expect(heads.check()).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('say so when the chain is out of reach', async () => {
    const client = createWalletClient({
      account,
      chain: foundry,
      transport: http('http://127.0.0.1:9', { retryCount: 0 }),
    })
    const anchor = createEvmHeadAnchor({ client: client.extend(publicActions), to: account.address })
    const { log } = await open()
    await expect(anchor.anchor(await log.head())).rejects.toMatchObject({
      code: 'dial-failed',
      retryable: true,
    })
    const signal = AbortSignal.abort(new Error('left'))
    await expect(anchor.anchor(await log.head(), { signal })).rejects.toThrow('left')
  })
})
