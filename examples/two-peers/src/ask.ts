// Asks the agent of a peer: npm run ask -- <address> [question]
import { createClient } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport } from '@lomusai/client-js/p2p'

const [address, question = 'What is 23 × 19?'] = process.argv.slice(2)
if (address === undefined) throw new Error('Name the address that the host printed.')

const identity = await createIdentity()
const peerNode = await createPeerNode({ identity })
const client = createClient({ identity, peers: [address], transports: [libp2pTransport(peerNode)] })

const { text, toolCalls, place, nodeId } = await client.getAgent('assistant').generate(question)
for (const call of toolCalls) console.log(`→ ${call.name} ${JSON.stringify(call.arguments)}`)
console.log(text)
console.log(`(${place.kind} ${nodeId})`)

await client.stop()
await peerNode.stop()
