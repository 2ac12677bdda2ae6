import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createEvmHeadAnchor, type EvmClient, type EvmReceipt } from '../../../src/access.ts'
import type { SignedTreeHead } from '../../../src/contracts/index.ts'
import { canonicalJson } from '../../../src/core/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryAuditLog } from '../../../src/testing/memory-audit-log.ts'

const to = `0x${'a'.repeat(40)}` as const
const hashOf = (index: number) => `0x${String(index).padStart(64, '0')}` as `0x${string}`

/** Says of a transaction that is not there what viem says. */
class NotFound extends Error {
  constructor(override name = 'TransactionReceiptNotFoundError') {
    super()
  }
}

/** A chain that makes a block of each transaction. The real thing is asked in the slow test beside this one. */
class Chain implements EvmClient {
  chainId = 7
  height = 0n
  status: EvmReceipt['status'] = 'success'
  error: Error | undefined
  readonly sent: Parameters<EvmClient['sendTransaction']>[0][] = []
  readonly waits: number[] = []

  async getChainId() {
    if (this.error) throw this.error
    return this.chainId
  }

  async getBlockNumber() {
    return this.height
  }

  async sendTransaction(transaction: Parameters<EvmClient['sendTransaction']>[0]) {
    this.height++
    return hashOf(this.sent.push(transaction))
  }

  async waitForTransactionReceipt({ hash, confirmations }: { hash: `0x${string}`; confirmations: number }) {
    this.waits.push(confirmations)
    return this.getTransactionReceipt({ hash })
  }

  async getTransactionReceipt({ hash }: { hash: `0x${string}` }): Promise<EvmReceipt> {
    const index = Number(hash.slice(2))
    if (this.sent[index - 1] === undefined) throw new NotFound()
    return { status: this.status, blockNumber: BigInt(index), blockHash: hashOf(index + 1000) }
  }

  async getTransaction({ hash }: { hash: `0x${string}` }) {
    const data = this.sent[Number(hash.slice(2)) - 1]?.data as string
    return { input: data.toUpperCase().replace('0X', '0x') as `0x${string}` }
  }
}

async function setUp(confirmations?: number) {
  const client = new Chain()
  const anchor = createEvmHeadAnchor({ client, to, ...(confirmations !== undefined && { confirmations }) })
  const head = await new MemoryAuditLog(await createIdentity()).head()
  return { client, anchor, head }
}

describe('heads on an EVM chain', () => {
  it('are one transaction each, with marker and hash, paying nothing', async () => {
    const { client, anchor, head } = await setUp()
    const receipt = await anchor.anchor(head)
    const digest = createHash('sha256').update(canonicalJson(head)).digest('hex')
    const data = `0x${Buffer.from('lumos-head/1').toString('hex')}${digest}`
    expect(client.sent).toEqual([{ to, data, value: 0n }])
    expect(client.waits).toEqual([1])
    expect(receipt).toEqual({
      chainId: 7,
      transactionHash: hashOf(1),
      blockNumber: '1',
      blockHash: hashOf(1001),
    })
    expect(await anchor.verify(head, receipt)).toBe(true)
  })

  it('count only with the same head, chain, transaction and block', async () => {
    const { client, anchor, head } = await setUp()
    const receipt = await anchor.anchor(head)
    const other: SignedTreeHead = { ...head, treeSize: 9 }
    expect(await anchor.verify(other, receipt)).toBe(false)
    for (const change of [
      { chainId: 8 },
      { transactionHash: hashOf(2) },
      { transactionHash: `${hashOf(1)}0` },
      { transactionHash: `x${hashOf(1)}` },
      { transactionHash: 1 },
      { blockHash: hashOf(1) },
    ]) {
      expect(await anchor.verify(head, { ...receipt, ...change }), JSON.stringify(change)).toBe(false)
    }
    client.getTransaction = async () => {
      throw new NotFound('TransactionNotFoundError')
    }
    expect(await anchor.verify(head, receipt)).toBe(false)
    client.status = 'reverted'
    expect(await anchor.verify(head, receipt)).toBe(false)
    await expect(anchor.anchor(head)).rejects.toMatchObject({ code: 'dial-failed' })
  })

  it('count once they are as deep as asked', async () => {
    const { client, anchor, head } = await setUp(3)
    const receipt = await anchor.anchor(head)
    expect(client.waits).toEqual([3])
    expect(await anchor.verify(head, receipt)).toBe(false)
    client.height = 2n
    expect(await anchor.verify(head, receipt)).toBe(false)
    client.height = 3n
    expect(await anchor.verify(head, receipt)).toBe(true)
  })

  it('cannot be judged while the chain does not answer', async () => {
    const { client, anchor, head } = await setUp()
    const receipt = await anchor.anchor(head)
    client.error = new Error('no connection')
    await expect(anchor.verify(head, receipt)).rejects.toMatchObject({ code: 'dial-failed', retryable: true })
    client.error = undefined
    for (const name of ['Error', 'NoTransactionNotFoundError', 'TransactionNotFoundErrors']) {
      client.getTransactionReceipt = async () => {
        throw new NotFound(name)
      }
      await expect(anchor.verify(head, receipt), name).rejects.toMatchObject({ code: 'dial-failed' })
    }
    const signal = AbortSignal.abort(new Error('left'))
    await expect(anchor.verify(head, receipt, { signal })).rejects.toThrow('left')
    const leaving = new AbortController()
    client.getChainId = () => new Promise(() => {})
    const asking = anchor.anchor(head, { signal: leaving.signal })
    const reason = new Error('left later')
    leaving.abort(reason)
    await expect(asking).rejects.toBe(reason)
  })

  it('are not asked about by what is no hash of a transaction', async () => {
    const { client, anchor, head } = await setUp()
    const receipt = await anchor.anchor(head)
    client.error = new Error('no connection')
    for (const transactionHash of [
      `${hashOf(1)}0`,
      `x${hashOf(1)}`,
      hashOf(1).slice(0, -1),
      1,
      [hashOf(1)],
    ]) {
      expect(await anchor.verify(head, { ...receipt, transactionHash })).toBe(false)
    }
  })
})
