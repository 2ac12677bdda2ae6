import { createClient } from '@lomusai/client-js'
import { nodeRevocationSource } from '@lomusai/client-js/access'
import type { LocalNodeOptions } from '@lomusai/client-js/presets/node'

/** Other nodes that this one learns from: permissions taken back there, and devices of people that changed. */
export interface FollowedNodes extends AsyncDisposable {
  revocationSources: LocalNodeOptions['revocationSources']
  didLogSources: LocalNodeOptions['didLogSources']
}

/**
 * Asks as a stranger, since that is all these lists need.
 *
 * @param urls - of the other nodes' HTTP bindings
 */
export function followNodes(urls: readonly string[]): FollowedNodes {
  const clients = urls.map(baseUrl => createClient({ baseUrl }))
  return {
    revocationSources: clients.map((client, index) => ({
      source: nodeRevocationSource({
        name: urls[index] as string,
        list: (params, options) => client.access.revocations({ ...params, ...options }),
      }),
    })),
    didLogSources: clients.map(client => client.didLogs.source()),
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map(client => client.stop()))
    },
  }
}
