import type { AbortOptions } from '../../contracts/index.ts'
import { decodeJson, utf8 } from '../../core/index.ts'
import { type BoundedFetchOptions, fetchBounded } from '../fetch-bounded.ts'
import { didLogLimits } from './did-log-limits.ts'
import type { LumosDid } from './did-operation.ts'

/** Where logs kept elsewhere are asked for: a directory at a URL, a node, a peer. */
export interface DidLogSource {
  readonly name: string
  /** Resolves to what it has, unchecked; undefined when it has none. Rejects when it cannot tell. */
  fetch(did: LumosDid, options?: AbortOptions): Promise<unknown>
}

export interface HttpDidLogSourceOptions extends BoundedFetchOptions {
  /** Where logs are: `https://ids.example/logs/` has that of a DID at `https://ids.example/logs/<did>`. */
  baseUrl: string
}

/** Logs as JSON at a URL. 404 means that there is none. */
export function httpDidLogSource(options: HttpDidLogSourceOptions): DidLogSource {
  return {
    name: options.baseUrl,
    async fetch(did, { signal } = {}) {
      const url = new URL(encodeURIComponent(did), options.baseUrl)
      const bytes = await fetchBounded(url, { ...options, maxBytes: didLogLimits.maxLogBytes, signal })
      if (bytes === undefined) return undefined
      return decodeJson(utf8.decode(bytes), {
        maxBytes: didLogLimits.maxLogBytes,
        maxDepth: didLogLimits.maxDepth,
      })
    },
  }
}
