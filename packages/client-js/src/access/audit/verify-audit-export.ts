import {
  type AuditEntry,
  type JsonObject,
  type JsonValue,
  LumosError,
  type SignedTreeHead,
} from '../../contracts/index.ts'
import { canonicalJson, decodeJson, isJsonObject } from '../../core/index.ts'
import { entryHash } from './audit-leaf.ts'
import { type ExportHeader, exportFormat } from './export-audit-log.ts'
import { Frontier, perfectSubtreeCount } from './frontier.ts'
import { isSameHash, type TreeHash } from './tree-hash.ts'
import { hashFromText, type VerifyTreeHeadOptions, verifyTreeHead } from './tree-head.ts'
import { hashesOf } from './verify.ts'

export interface VerifyAuditExportOptions extends VerifyTreeHeadOptions {
  /** Heads of this log that you have from before: the export must begin with what they were signed over. */
  knownHeads?: readonly SignedTreeHead[]
  /** Called with each entry, in order. Trust none before the whole export is verified. */
  onEntry?: (entry: AuditEntry) => void
}

export interface VerifiedExport {
  head: SignedTreeHead
  /** Where the entries begin; what came before was pruned. */
  firstIndex: number
}

const lineLimits = { maxBytes: 65_536, maxDepth: 16 }

/**
 * Resolves when the export is whole and unchanged, to the last byte, and its head is signed by the node it names.
 *
 * That the node did not write its log anew, or leave out its end, shows only beside earlier heads: hand over
 * `knownHeads`.
 *
 * @param text - the export; an iterable's pieces may be cut anywhere
 * @throws {LumosError} `invalid-proof`, `malformed-frame`, `too-large`
 */
export async function verifyAuditExport(
  text: string | Iterable<string> | AsyncIterable<string>,
  options: VerifyAuditExportOptions = {},
): Promise<VerifiedExport> {
  let header: ExportHeader | undefined
  let frontier = new Frontier()
  const known = [...(options.knownHeads ?? [])].sort((one, other) => one.treeSize - other.treeSize)
  for await (const line of linesOf(typeof text === 'string' ? [text] : text)) {
    const value = parseLine(line)
    if (header === undefined) {
      header = readHeader(value)
      await verifyTreeHead(header.head, options)
      frontier = new Frontier(header.firstIndex, hashesOf(header.left))
      for (const head of known) await verifyTreeHead(head, { ...options, nodeId: header.head.nodeId })
    } else {
      if (value.index !== frontier.size) throw invalid(`Entry ${frontier.size} is not where it belongs.`)
      await frontier.append(await entryHash(value as unknown as AuditEntry))
      options.onEntry?.(value as unknown as AuditEntry)
    }
    await checkKnown(known, frontier)
  }
  if (header === undefined) throw invalid('The export is empty.')
  const { head, firstIndex } = header
  const isWhole = frontier.size === head.treeSize
  if (!isWhole) throw invalid(`The export has ${frontier.size} entries, its head says ${head.treeSize}.`)
  await assertRoot(frontier, head)
  const [missed] = known
  if (missed !== undefined) throw invalid(`The export does not reach the known head of ${missed.treeSize}.`)
  return { head, firstIndex }
}

/** Takes out the known heads that the entries so far must lead to. */
async function checkKnown(known: SignedTreeHead[], frontier: Frontier): Promise<void> {
  for (let [next] = known; next !== undefined && next.treeSize <= frontier.size; [next] = known) {
    if (next.treeSize < frontier.size) {
      throw invalid(
        `The export has no entries before ${frontier.size}: it cannot show the head of ${next.treeSize}.`,
      )
    }
    await assertRoot(frontier, next)
    known.shift()
  }
}

async function assertRoot(frontier: Frontier, head: SignedTreeHead): Promise<void> {
  if (isSameHash(await frontier.root(), hashFromText(head.rootHash) as TreeHash)) return
  throw invalid(`The entries are not those that the head of ${head.treeSize} was signed over.`)
}

function readHeader(value: JsonObject): ExportHeader {
  const { format, head, firstIndex, left } = value
  const isShaped =
    Object.keys(value).length === 4 &&
    format === exportFormat &&
    isJsonObject(head) &&
    Number.isSafeInteger(firstIndex) &&
    (firstIndex as number) >= 0 &&
    Array.isArray(left) &&
    left.length === perfectSubtreeCount(firstIndex as number)
  if (!isShaped) throw invalid(`The export does not begin with a header of ${exportFormat}.`)
  return value as unknown as ExportHeader
}

/** One spelling only, so that no byte can change unseen. */
function parseLine(line: string): JsonObject {
  const value: JsonValue = decodeJson(line, lineLimits)
  if (!isJsonObject(value) || canonicalJson(value) !== line) {
    throw invalid('A line of the export is not a canonical JSON object.')
  }
  return value
}

async function* linesOf(pieces: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() as string
    if (rest.length > lineLimits.maxBytes)
      throw new LumosError('too-large', 'A line of the export is too long.')
    yield* lines
  }
  if (rest !== '') throw invalid('The export is cut off in the middle of a line.')
}

function invalid(message: string): LumosError {
  return new LumosError('invalid-proof', message)
}
