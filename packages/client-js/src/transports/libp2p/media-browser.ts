import { webSockets } from '@libp2p/websockets'
import type { Libp2pOptions } from 'libp2p'

/** What a page can dial. It cannot listen. */
/** The package's own choice: there is no faster one in a page. */
export const noiseCrypto = undefined

export const media: NonNullable<Libp2pOptions['transports']> = [webSockets()]
