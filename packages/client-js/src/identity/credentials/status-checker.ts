import type { Resolvable } from 'did-resolver'
import { type AbortOptions, type Clock, isLumosError, type PrincipalDid } from '../../contracts/index.ts'
import { createSystemClock, utf8 } from '../../core/index.ts'
import { type BoundedFetchOptions, fetchBounded } from '../fetch-bounded.ts'
import { FreshCache } from '../fresh-cache.ts'
import { refusal } from './refusal.ts'
import type { StatusEntry } from './status-entry.ts'
import { type VerifiedStatusList, verifyStatusList } from './status-list-credential.ts'

/** Sees whether credentials were revoked. */
export interface StatusChecker {
  /**
   * @param issuer - of the credential: nobody else's list counts
   * @throws {LumosError} `forbidden` when it was revoked; `revocations-unknown` when that cannot be known freshly enough
   */
  assertValid(entry: StatusEntry, issuer: PrincipalDid, options?: AbortOptions): Promise<void>
}

/** Where lists come from: the text at a URL, unchecked. Rejects, or resolves to undefined, when there is none. */
export type StatusListSource = (url: string, options: AbortOptions) => Promise<string | undefined>

export interface StatusCheckerOptions {
  /** @see httpStatusLists */
  source: StatusListSource
  resolver: Resolvable
  /** How old a list may be, in milliseconds: so long may a revoked credential still pass. @default 300000 */
  maxAgeMs?: number
  /** How many lists stay ready; each takes 16 KiB or more. @default 64 */
  maxCachedLists?: number
  /** @default the machine's */
  clock?: Clock
}

/** Checks against lists that are fetched, verified and kept for a while; whatever goes wrong, it fails closed. */
export function createStatusChecker(options: StatusCheckerOptions): StatusChecker {
  const { source, resolver, clock = createSystemClock(), maxAgeMs = 300_000, maxCachedLists = 64 } = options
  const lists = new FreshCache<string, VerifiedStatusList>(clock, maxCachedLists)

  async function load(url: string, issuer: PrincipalDid, signal: AbortSignal): Promise<VerifiedStatusList> {
    const jwt = await source(url, { signal })
    return verifyStatusList(jwt, { url, issuer, resolver, clock }, { signal })
  }

  return {
    async assertValid(entry, issuer, { signal } = {}) {
      const url = entry.statusListCredential
      let found: VerifiedStatusList
      try {
        // One URL may be tried for several issuers: each must have signed what is kept for it.
        found = await lists.get(`${issuer} ${url}`, maxAgeMs, shared => load(url, issuer, shared), signal)
      } catch (cause) {
        signal?.throwIfAborted()
        throw refusal('status-unknown', `its status list cannot be had${whyOf(cause)}`, cause)
      }
      if (found.validUntil <= clock.now()) throw refusal('status-unknown', 'its status list is out of date')
      if (found.purpose !== entry.statusPurpose)
        throw refusal('status-unknown', 'its status list is about other things')
      const index = Number(entry.statusListIndex)
      if (index >= found.list.length) throw refusal('status-unknown', 'its status list does not reach it')
      if (found.list.get(index)) throw refusal('revoked', `of ${entry.statusPurpose}`)
    },
  }
}

/** Lists over HTTP. */
export function httpStatusLists(options: BoundedFetchOptions): StatusListSource {
  return async (url, { signal }) => {
    const bytes = await fetchBounded(new URL(url), {
      ...options,
      signal,
      accept: 'application/vc+jwt',
      maxBytes: 2 * 1024 * 1024,
    })
    return bytes && utf8.decode(bytes).trim()
  }
}

function whyOf(cause: unknown): string {
  return isLumosError(cause) ? `: ${cause.message}` : ''
}
