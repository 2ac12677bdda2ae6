import { createClient, type LumosClient } from '@lomusai/client-js'
import type { Signer } from './me.ts'

/** The client of a server, and of nothing else. Asks nobody yet. */
export function openCloudClient(baseUrl: string, signer: Signer): LumosClient {
  return createClient({ baseUrl, ...signer, place: 'cloud' })
}
