import type {
  ContentCid,
  Did,
  RunBeginning,
  RunBlock,
  RunEvent,
  RunProvenance,
  RunStatement,
} from '../../contracts/index.ts'
import { LumosError } from '../../contracts/index.ts'
import { contentCid } from './content-cid.ts'
import { chainBlocks } from './run-blocks.ts'

/** What a history says of itself: computed the same by who signs and by who verifies. */
export async function describeRun(
  beginning: RunBeginning,
  events: readonly RunEvent[],
): Promise<{ statement: RunStatement; blocks: RunBlock[] }> {
  const last = events.at(-1)
  if (last?.type !== 'run-finished') {
    throw new LumosError('conflict', 'The run is not finished: its record is made when it is.')
  }
  const { blocks, head } = await chainBlocks(beginning, events)
  const statement: RunStatement = {
    format: 'lumos-run/1',
    runId: beginning.runId,
    head,
    blockCount: blocks.length,
    provenance: await provenanceOf(beginning, events),
    finishedAt: last.status.timestamp,
    signers: signersOf(beginning),
  }
  return { statement, blocks }
}

/** An agent that runs under the node's own key needs no second signature. */
function signersOf({ agentDid, nodeId }: RunBeginning): Did[] {
  return agentDid === undefined || agentDid === nodeId ? [nodeId] : [agentDid, nodeId]
}

async function provenanceOf(beginning: RunBeginning, events: readonly RunEvent[]): Promise<RunProvenance> {
  const { nodeId, agentId, agentDid, requester, issuer, delegations } = beginning
  const sources: RunProvenance['sources'] = []
  let answer: ContentCid | undefined
  for (const event of events) {
    if (event.type === 'tool-finished') {
      const { toolCallId, name: tool, isError, result } = event
      sources.push({ toolCallId, tool, isError, result: await contentCid(result) })
    } else if (event.type === 'message-added') answer = await contentCid(event.message)
  }
  return {
    nodeId,
    agentId,
    ...(agentDid !== undefined && { agentDid }),
    requester,
    ...(issuer !== undefined && { issuer }),
    delegations,
    models: modelsOf(events),
    sources,
    ...(answer !== undefined && { answer }),
  }
}

function modelsOf(events: readonly RunEvent[]): RunProvenance['models'] {
  const models = new Map<string, RunProvenance['models'][number]>()
  for (const event of events) {
    const by =
      event.type === 'step-started' ? event : event.type === 'answer-routed' ? event.route : undefined
    if (by === undefined) continue
    const { modelId, engine, device } = by
    const key = JSON.stringify([modelId, engine, device])
    if (!models.has(key)) models.set(key, { modelId, engine, ...(device !== undefined && { device }) })
  }
  return [...models.values()]
}
