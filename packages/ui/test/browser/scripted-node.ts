import { setTimeout as delay } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import type { GenerateRequest, ModelId } from '@lomusai/client-js'
import { createAuditLog, openNodeAccess } from '@lomusai/client-js/access'
import { calculator, clock, createAssistant, notesTools } from '@lomusai/client-js/agents'
import { createHost, MemoryStore, StoreThreads } from '@lomusai/client-js/host'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, serveLibp2p } from '@lomusai/client-js/p2p'
import { MemoryModelCatalog, ScriptedModel, type ScriptedTurn } from '@lomusai/client-js/testing'
import { createApp } from '../../../server/src/http/app.ts'

export interface ScriptedNode extends AsyncDisposable {
  /** Where the built UI is served, with the node behind it. */
  readonly url: string
  /** The node's WebSocket multiaddr. */
  readonly peerAddress: string
}

/**
 * The built UI before a real node: the server's own HTTP doors, host, agent, tools and libp2p. Only the model is
 * scripted, so that what it says and when is the test's.
 */
export async function startScriptedNode(uiDir: string): Promise<ScriptedNode> {
  const identity = await createIdentity()
  const store = new MemoryStore()
  const models = new MemoryModelCatalog([new ScriptedModel({ info: modelInfo, script })])
  const [add, search] = notesTools(store)
  if (add === undefined || search === undefined) throw new Error('notesTools gives two tools')
  const tools = [calculator(), clock(), { ...add, requiresApproval: true }, search]
  const peerNode = await createPeerNode({ identity, listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
  await peerNode.start()
  const agents = [createAssistant({ models, tools })]
  const threads = new StoreThreads({ store })
  const access = await openNodeAccess({ identity, store })
  const audit = createAuditLog({ store, identity })
  const door = { access, authorizer: access.authorizer, audit }
  const host = createHost({ identity, agents, tools, threads, models, store, peers: peerNode, ...door })
  await host.start()
  const peerServer = await serveLibp2p(peerNode, host)
  const config = { requiresKey: false, corsOrigins: [], allowedHosts: [], uiDir }
  const app = createApp({ host, identity, access, isReady: () => true, ...config })
  const listener = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise<void>(resolve => (listener.listening ? resolve() : listener.once('listening', resolve)))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('listens on a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    peerAddress: peerNode.addresses()[0] ?? '',
    async [Symbol.asyncDispose]() {
      await host.stop({ graceMs: 0 })
      await peerServer.stop()
      await peerNode.stop()
      if ('closeAllConnections' in listener) listener.closeAllConnections()
      await new Promise(resolve => listener.close(resolve))
    },
  }
}

const modelInfo = {
  modelId: 'scripted' as ModelId,
  name: 'Scripted',
  sizeBytes: 6_000_000,
  license: 'Apache-2.0',
}

const markdown = [
  'A **bold** word and <img src=x onerror="document.title=\'pwned\'"> no image.',
  '```ts\nconst answer = 437\n```',
  '[a link](javascript:alert(1))',
].join('\n\n')

/** What the model says to what it reads last. */
function script(request: GenerateRequest): ScriptedTurn {
  const last = request.messages.at(-1)
  const text = last?.content ?? ''
  if (last?.role === 'tool') return text.includes('437') ? '23 × 19 = 437.' : `The tool said: ${text}`
  if (text.includes('23 × 19')) {
    return { toolCalls: [{ name: 'calculator', arguments: { expression: '23 * 19' } }] }
  }
  if (text.includes('Remember')) {
    return { toolCalls: [{ name: 'notes_add', arguments: { text: 'The train leaves at 7:40.' } }] }
  }
  if (text.includes('story')) {
    const words = Array.from({ length: 400 }, (_, index) => `word${index}`)
    return { text: words.join(' '), gate: () => delay(25) }
  }
  return text.includes('fail') ? { text: 'Well', error: new Error('out of memory') } : markdown
}
