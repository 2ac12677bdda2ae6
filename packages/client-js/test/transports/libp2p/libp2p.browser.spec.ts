import { fileURLToPath } from 'node:url'
import { expect, test } from '../../../../../tests/browser/test.ts'
import type { HostEvent, RequestEnvelope } from '../../../src/contracts/index.ts'
import { decodeJson, verifyEnvelope } from '../../../src/core/index.ts'
import { createVerifier } from '../../../src/identity.ts'
import { serveLibp2p } from '../../../src/transports/libp2p/index.ts'
import type { PeerPage } from './libp2p-page.ts'
import { startPeer } from './peers.ts'

declare const peerPage: PeerPage

const script = fileURLToPath(new URL('libp2p-page.ts', import.meta.url))

async function* words(prompt: string): AsyncGenerator<HostEvent> {
  let id = 0
  for (const text of [prompt, ...'one two three'.split(' ')]) yield { id: ++id, type: 'text-delta', text }
  yield { id: ++id, type: 'finished', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 4 } }
}

test('a page reaches a Node peer by WebSocket, signed, verified and each answer for itself', async ({
  page,
  servePage,
}) => {
  await using server = await startPeer({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
  const verifier = createVerifier()
  const seen: { issuer: string; remoteNodeId: string | undefined }[] = []
  await serveLibp2p(server, {
    nodeId: server.nodeId,
    async *handle(input, { remoteNodeId }) {
      const envelope = decodeJson(input as Uint8Array) as unknown as RequestEnvelope<'model.generate'>
      await verifyEnvelope(envelope, verifier)
      seen.push({ issuer: envelope.issuer, remoteNodeId })
      yield* words(envelope.params.messages[0]?.content ?? '')
    },
  })
  await page.goto(await servePage({ script }))
  const [address = ''] = server.addresses()
  const prompts = ['a', 'b', 'c']
  const result = await page.evaluate(args => peerPage.ask(...args), [address, prompts] as const)
  expect(result.remoteNodeId).toBe(server.nodeId)
  expect(result.answers).toEqual(prompts.map(prompt => [prompt, 'one', 'two', 'three']))
  expect(result.peer?.connections[0]).toMatchObject({ transport: 'websocket', direction: 'outbound' })
  expect(seen).toEqual(prompts.map(() => ({ issuer: result.did, remoteNodeId: result.did })))
})

test('a page cannot dial TCP, and says so with a typed error', async ({ page, servePage }) => {
  await page.goto(await servePage({ script }))
  const code = await page.evaluate(() => peerPage.codeOfDial('/ip4/127.0.0.1/tcp/1'))
  expect(code).toBe('dial-failed')
})
