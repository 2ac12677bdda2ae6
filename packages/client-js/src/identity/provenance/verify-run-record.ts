import {
  type Did,
  isLumosError,
  type JsonValue,
  type RunBeginning,
  type RunBlock,
  type RunEvent,
  type RunProvenance,
  type RunStatement,
  type SignedRunRecord,
  type Verifier,
} from '../../contracts/index.ts'
import { base64url, canonicalJson, EventReader, isJsonObject, utf8 } from '../../core/index.ts'
import { createVerifier } from '../create-verifier.ts'
import { describeRun } from './run-statement.ts'

export interface VerifyRunRecordOptions {
  /** @default checks Ed25519 did:keys */
  verifier?: Verifier
  /**
   * Whether the token lets `agent` act for `node`. Without it a record that shows a delegation is verified but for
   * that, and says so in `isDelegationChecked`.
   */
  verifyDelegation?: (token: string, parties: { agent: Did; node: Did }) => boolean | Promise<boolean>
}

export type RunRecordProblem =
  /** It is not of the form of a record. */
  | 'malformed'
  /** A block is not the one that the chain leads to. */
  | 'chain-broken'
  /** Events are missing, or contradict each other. */
  | 'events-incomplete'
  /** The statement says something else than the blocks. */
  | 'statement-differs'
  | 'signature-invalid'
  | 'delegation-invalid'

export interface RunRecordIssue {
  problem: RunRecordProblem
  /** For people. */
  message: string
}

export interface RunRecordReport {
  /** Empty: the record is whole, unchanged and signed by those it names. Whether to trust them is yours to say. */
  issues: RunRecordIssue[]
  /** Only of a record without issues. */
  provenance?: RunProvenance
  isDelegationChecked: boolean
}

/** Tells what is wrong with a record from anywhere, or that nothing is. Never throws for what is in it. */
export async function verifyRunRecord(
  record: SignedRunRecord,
  options: VerifyRunRecordOptions = {},
): Promise<RunRecordReport> {
  const { verifier = createVerifier(), verifyDelegation } = options
  const parts = takeApart(record)
  if (parts === undefined) {
    return report([issue('malformed', 'It is not of the form of a run record.')], false)
  }
  const { beginning, events } = parts
  const issues: RunRecordIssue[] = []
  try {
    checkEvents(beginning, events)
  } catch (error) {
    issues.push(issue('events-incomplete', isLumosError(error) ? error.message : String(error)))
  }
  issues.push(...(await compare(record, beginning, events)))
  issues.push(...(await checkSignatures(record, verifier)))
  const { agentDid: agent, agentDelegation: token, nodeId: node } = beginning
  const isDelegationChecked = agent !== undefined && token !== undefined && verifyDelegation !== undefined
  if (isDelegationChecked) {
    const isValid = await (async () => verifyDelegation(token, { agent, node }))().catch(() => false)
    if (!isValid) {
      issues.push(issue('delegation-invalid', 'The delegation does not let the agent act for the node.'))
    }
  }
  return report(issues, isDelegationChecked, record.statement.provenance)
}

function report(
  issues: RunRecordIssue[],
  isDelegationChecked: boolean,
  provenance?: RunProvenance,
): RunRecordReport {
  const isWhole = issues.length === 0 && provenance !== undefined
  return { issues, isDelegationChecked, ...(isWhole && { provenance }) }
}

function issue(problem: RunRecordProblem, message: string): RunRecordIssue {
  return { problem, message }
}

/** Undefined for anything that is not record-shaped. What is inside is judged later. */
function takeApart(record: unknown): { beginning: RunBeginning; events: RunEvent[] } | undefined {
  if (!isObjectOf(record, 'statement', 'signatures', 'blocks')) return undefined
  const { statement, signatures, blocks } = record as unknown as SignedRunRecord
  const isShaped = isJsonObject(statement as unknown as JsonValue) && isListOf(signatures, 'string')
  if (!isShaped || !Array.isArray(blocks) || !isJsonText(record)) return undefined
  const [first, ...rest] = blocks as RunBlock[]
  if (!isObjectOf(first, 'type', 'beginning') || first?.type !== 'beginning') return undefined
  if (!isJsonObject(first.beginning as unknown as JsonValue)) return undefined
  const events: RunEvent[] = []
  for (const block of rest) {
    const isBlock = isObjectOf(block, 'type', 'previous', 'events') && block.type === 'events'
    if (!isBlock || !isListOf(block.events, 'object')) return undefined
    events.push(...block.events)
  }
  return { beginning: first.beginning, events }
}

/** Numbers, shapes, and that they are of this run. @throws {LumosError} */
function checkEvents(beginning: RunBeginning, events: readonly RunEvent[]): void {
  const reader = new EventReader('agent.run', 0)
  for (const event of events) reader.read(event as unknown as JsonValue)
  const [first] = events
  const { runId, threadId, agentId, nodeId } = beginning
  const isOurs =
    first?.type === 'run-started' &&
    canonicalJson(first) === canonicalJson({ id: 1, type: 'run-started', runId, threadId, agentId, nodeId })
  if (!isOurs) throw new Error('The events are not those of the run that began.')
}

async function compare(
  record: SignedRunRecord,
  beginning: RunBeginning,
  events: readonly RunEvent[],
): Promise<RunRecordIssue[]> {
  let expected: { statement: RunStatement; blocks: RunBlock[] }
  try {
    expected = await describeRun(beginning, events)
  } catch (error) {
    return [issue('events-incomplete', isLumosError(error) ? error.message : String(error))]
  }
  const issues: RunRecordIssue[] = []
  const at = record.blocks.findIndex((block, place) => !isSame(block, expected.blocks[place]))
  if (at !== -1 || record.blocks.length !== expected.blocks.length) {
    const place = at === -1 ? record.blocks.length : at
    issues.push(issue('chain-broken', `Block ${place} is not the one that the chain leads to.`))
  }
  if (!isSame(record.statement, expected.statement)) {
    issues.push(issue('statement-differs', 'The statement does not say what the blocks say.'))
  }
  return issues
}

async function checkSignatures(
  { statement, signatures }: SignedRunRecord,
  verifier: Verifier,
): Promise<RunRecordIssue[]> {
  const signers = Array.isArray(statement.signers) ? statement.signers : []
  const bytes = utf8.encode(canonicalJson(statement))
  const isComplete = signers.length > 0 && signers.length === signatures.length
  for (const [place, signer] of signers.entries()) {
    if (isComplete && (await isSignedBy(signer, signatures[place] as string, bytes, verifier))) continue
    return [issue('signature-invalid', `The signature of ${String(signer).slice(0, 80)} does not verify.`)]
  }
  return isComplete ? [] : [issue('signature-invalid', 'Nobody signed it.')]
}

async function isSignedBy(did: Did, text: string, bytes: Uint8Array, verifier: Verifier): Promise<boolean> {
  try {
    return await verifier.verify(did, bytes, base64url.decode(text))
  } catch {
    return false
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return other !== undefined && canonicalJson(one) === canonicalJson(other)
}

function isObjectOf(value: unknown, ...names: string[]): boolean {
  if (!isJsonObject(value as JsonValue)) return false
  const keys = Object.keys(value as object)
  return keys.length === names.length && names.every(name => keys.includes(name))
}

function isListOf(value: unknown, type: 'string' | 'object'): boolean {
  const isItem = (item: unknown) => typeof item === type && item !== null && !Array.isArray(item)
  return Array.isArray(value) && value.every(isItem)
}

function isJsonText(value: unknown): boolean {
  try {
    canonicalJson(value)
    return true
  } catch {
    return false
  }
}
