import {
  type Clock,
  type Did,
  isLumosError,
  type JsonValue,
  type KeyDirectory,
  LumosError,
  type PrincipalDid,
} from '../contracts/index.ts'
import { createSystemClock, isDid, publicKeyFromDid } from '../core/index.ts'
import { type DidLogStore, isLumosDid } from './did-log/index.ts'
import { fetchWebDidDocument, isWebDid, type WebDidOptions } from './did-web/index.ts'
import { FreshCache } from './fresh-cache.ts'
import { documentKeys, hasPurpose } from './read-did-document.ts'

export interface KeyDirectoryOptions extends Partial<Omit<WebDidOptions, 'clock'>> {
  /** Without it no did:lumos is known. */
  didLogs?: DidLogStore
  /** How to reach the web. Without it no did:web is known. */
  fetch?: typeof fetch
  /** @default the machine's */
  clock?: Clock
  /** How long an answer counts, in milliseconds: so long may a removed key still be taken for a current one. @default 300000 */
  maxAgeMs?: number
  /** How many did:web documents stay ready. @default 1024 */
  maxCachedDocuments?: number
}

/**
 * The keys that speak for anybody: did:key, did:web, did:lumos. At once for a did:key, and for others asked lately.
 * When the newest cannot be learned, it fails: an answer past its age is never given.
 */
export function createKeyDirectory(options: KeyDirectoryOptions): KeyDirectory {
  const { clock = createSystemClock(), maxAgeMs = 300_000, didLogs, fetch, ...web } = options
  const documents = new FreshCache<PrincipalDid, readonly Did[]>(clock, options.maxCachedDocuments ?? 1024)

  return {
    keysOf(principal, { signal } = {}) {
      if (isDid(principal)) return keyItself(principal)
      if (isLumosDid(principal)) {
        if (didLogs === undefined) throw unavailable('no DID logs are kept here.')
        const state = didLogs.state(principal, { maxAgeMs, ...(signal && { signal }) })
        return state instanceof Promise ? settled(state.then(keysOfLog), signal) : keysOfLog(state)
      }
      if (!isWebDid(principal))
        throw new LumosError('invalid-request', 'Not a did:key, did:web or did:lumos.')
      if (fetch === undefined) throw unavailable('the web cannot be asked from here.')
      const load = async (shared: AbortSignal) =>
        webKeys(await fetchWebDidDocument(principal, { ...web, fetch, clock, signal: shared }), principal)
      const keys = documents.get(principal, maxAgeMs, load, signal)
      return keys instanceof Promise ? settled(keys, signal) : keys
    },
  }
}

function keyItself(did: Did): readonly Did[] {
  publicKeyFromDid(did)
  return [did]
}

function keysOfLog(state: { keys: readonly Did[]; isDeactivated: boolean }): readonly Did[] {
  if (state.isDeactivated) throw unavailable('it is deactivated.')
  return state.keys
}

/** Keys that may invoke; where a document does not say which, those that authenticate. */
function webKeys(document: JsonValue, did: PrincipalDid): readonly Did[] {
  const purpose = hasPurpose(document, 'capabilityInvocation') ? 'capabilityInvocation' : 'authentication'
  const keys = documentKeys(document, did, purpose)
  if (keys.length === 0) throw unavailable('its document lists no Ed25519 key.')
  return keys
}

/** What a directory cannot learn is one error to those who ask it, whatever went wrong. */
async function settled(keys: Promise<readonly Did[]>, signal: AbortSignal | undefined) {
  try {
    return await keys
  } catch (cause) {
    if (signal?.aborted || !isLumosError(cause) || cause.code === 'identity-unavailable') throw cause
    throw unavailable(cause.message, cause)
  }
}

function unavailable(why: string, cause?: LumosError): LumosError {
  return new LumosError('identity-unavailable', `The keys of this DID are not known: ${why}`, {
    cause,
    retryable: cause?.retryable ?? false,
  })
}
