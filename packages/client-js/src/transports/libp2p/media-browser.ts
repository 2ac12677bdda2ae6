import { webSockets } from '@libp2p/websockets'
import type { Libp2pOptions } from 'libp2p'

/** What a page can dial. It cannot listen. */
export const media: NonNullable<Libp2pOptions['transports']> = [webSockets()]
