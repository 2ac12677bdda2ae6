import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import type { Libp2pOptions } from 'libp2p'

/** What a Node process can listen on and dial. */
/** What Noise encrypts with. */
export { noiseCrypto } from './noise-crypto-node.ts'

export const media: NonNullable<Libp2pOptions['transports']> = [tcp(), webSockets()]
