import { sha256 } from 'multiformats/hashes/sha2'
import {
  type AbortOptions,
  type HeadAnchor,
  type JsonObject,
  LumosError,
  type SignedTreeHead,
} from '../../contracts/index.ts'
import { canonicalJson, raceSignal, toLumosError, utf8 } from '../../core/index.ts'

type Hex = `0x${string}`

/** What is asked of an EVM chain: a part of what viem's wallet client with public actions has. */
export interface EvmClient {
  getChainId(): Promise<number>
  getBlockNumber(): Promise<bigint>
  /** From an account of the client's own. */
  sendTransaction(transaction: { to: Hex; data: Hex; value: bigint }): Promise<Hex>
  waitForTransactionReceipt(request: { hash: Hex; confirmations: number }): Promise<EvmReceipt>
  getTransactionReceipt(request: { hash: Hex }): Promise<EvmReceipt>
  getTransaction(request: { hash: Hex }): Promise<{ input: Hex }>
}

export interface EvmReceipt {
  status: 'success' | 'reverted'
  blockNumber: bigint
  blockHash: Hex
}

export interface EvmHeadAnchorOptions {
  client: EvmClient
  /** Where the transactions go: the sender's own address will do, since nothing is paid. */
  to: Hex
  /** Blocks from the transaction's on, before it counts. @default 1 */
  confirmations?: number
}

const marker = '0x6c756d6f732d686561642f31'

/**
 * Puts heads on an EVM chain: one transaction each, without a contract, whose data is the text `lumos-head/1` and the
 * SHA-256 of the head's canonical JSON. Costs some 23,000 gas.
 */
export function createEvmHeadAnchor(options: EvmHeadAnchorOptions): HeadAnchor {
  const { client, to, confirmations = 1 } = options

  async function anchor(head: SignedTreeHead): Promise<JsonObject> {
    const chainId = await client.getChainId()
    const hash = await client.sendTransaction({ to, data: await dataOf(head), value: 0n })
    const { status, blockNumber, blockHash } = await client.waitForTransactionReceipt({ hash, confirmations })
    if (status !== 'success') throw new LumosError('dial-failed', 'The chain took the head back.')
    return { chainId, transactionHash: hash, blockNumber: blockNumber.toString(), blockHash }
  }

  async function verify(head: SignedTreeHead, receipt: JsonObject): Promise<boolean> {
    const { chainId, transactionHash, blockHash } = receipt
    if (!isHash(transactionHash) || chainId !== (await client.getChainId())) return false
    const request = { hash: transactionHash }
    const found = await unlessAbsent(client.getTransactionReceipt(request))
    if (found?.status !== 'success' || found.blockHash !== blockHash) return false
    const depth = (await client.getBlockNumber()) - found.blockNumber + 1n
    const transaction = await unlessAbsent(client.getTransaction(request))
    return depth >= BigInt(confirmations) && transaction?.input.toLowerCase() === (await dataOf(head))
  }

  return {
    anchor: (head, { signal }: AbortOptions = {}) => asking(() => anchor(head), signal),
    verify: (head, receipt, { signal }: AbortOptions = {}) => asking(() => verify(head, receipt), signal),
  }
}

async function asking<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted()
  try {
    return await raceSignal(work(), signal)
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw toLumosError(error, 'dial-failed')
  }
}

/** The chain knows no such transaction; viem says so by an error of this name. */
async function unlessAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Error && /^Transaction(Receipt)?NotFoundError$/.test(error.name)) return undefined
    throw error
  }
}

async function dataOf(head: SignedTreeHead): Promise<Hex> {
  const { digest } = await sha256.digest(utf8.encode(canonicalJson(head)))
  return `${marker}${Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')}` as Hex
}

function isHash(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[\da-f]{64}$/.test(value)
}
