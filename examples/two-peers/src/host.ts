// Hosts an agent for peers and prints where they find it. Ends with Ctrl-C.
import { createLocalNode } from '@lomusai/client-js/presets/node'

const node = await createLocalNode({ name: 'Host', peer: { listen: ['/ip4/127.0.0.1/tcp/0'] } })
await node.start()
for (const address of node.peerNode?.addresses() ?? []) console.log(address)

const stop = () => node.stop().then(() => process.exit(0))
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
