import { createClient, type Identity, type LumosClient } from '@lomusai/client-js'

/** The client of a server, and of nothing else. Asks nobody yet. */
export function openCloudClient(baseUrl: string, identity: Promise<Identity>): LumosClient {
  return createClient({ baseUrl, identity, place: 'cloud' })
}
