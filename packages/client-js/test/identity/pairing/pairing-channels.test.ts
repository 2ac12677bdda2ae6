import { afterAll } from 'vitest'
import { createClient } from '../../../src/index.ts'
import { MemoryPairingChannel } from '../../../src/testing/memory-pairing-channel.ts'
import { pairingChannelSuite } from '../../../src/testing/pairing-channel-suite.ts'
import { setUpHost } from '../../host/host-setup.ts'

pairingChannelSuite('memory', async () => {
  const channel = new MemoryPairingChannel()
  return { ends: [channel, channel] }
})

const stops: (() => Promise<void>)[] = []
afterAll(() => Promise.all(stops.map(stop => stop())))

pairingChannelSuite('a host', async () => {
  const { host } = await setUpHost()
  const clients = [createClient({ host }), createClient({ host })] as const
  stops.push(...clients.map(client => () => client.stop()), () => host.stop())
  const [one, other] = clients.map(client => client.pairingChannel({ place: 'local' }))
  return { ends: [one, other] as never }
})
