import type { Addresses } from './addresses.ts'
import { httpPath, inProcessPath, libp2pPath } from './lumos-path.ts'
import type { Path } from './path.ts'
import { rawHttpPath } from './raw-http-path.ts'
import { rawExchangePath, rawLibp2pPath, rawLibp2pPerCallPath } from './raw-libp2p-path.ts'

/** Everything the benchmark compares, each of ours below what it is compared with. */
export async function createMeasuredPaths(addresses: Addresses): Promise<Path[]> {
  return [
    rawHttpPath(addresses.rawHttp),
    await httpPath({ name: 'Lumos HTTP+SSE', baselines: ['raw HTTP'], address: addresses.http }),
    ...(await peerPaths('TCP', addresses.rawTcp, addresses.tcp)),
    await rawLibp2pPerCallPath('raw libp2p TCP, new stream per call', addresses.rawTcp),
    ...(await peerPaths('WebSocket', addresses.rawWebSocket, addresses.websocket)),
    await inProcessPath({
      name: 'Lumos in process',
      baselines: ['Lumos in process'],
      address: 'in-process:',
    }),
  ]
}

/** A medium raw, with 1 KiB each way and with the bytes of our calls, and our calls over it. */
async function peerPaths(medium: string, rawAddress: string, address: string): Promise<Path[]> {
  const raw = `raw libp2p ${medium}`
  const sameBytes = { list: `${raw}, bytes of a call`, run: `${raw}, bytes of running a tool` }
  const list = await libp2pPath({
    name: `Lumos libp2p ${medium}`,
    baselines: [raw, sameBytes.list],
    address,
  })
  const run = await libp2pPath({
    name: `Lumos libp2p ${medium}, running a tool`,
    baselines: [raw, sameBytes.run],
    address,
    call: 'run',
  })
  return [
    await rawLibp2pPath(raw, rawAddress),
    await rawExchangePath(sameBytes.list, rawAddress, await list.messageBytes()),
    await rawExchangePath(sameBytes.run, rawAddress, await run.messageBytes()),
    list,
    run,
  ]
}
