import { type AbortOptions, type JsonValue, LumosError, type PrincipalDid } from '../../contracts/index.ts'
import { decodeJson } from '../../core/index.ts'
import { type BoundedFetchOptions, fetchBounded } from '../fetch-bounded.ts'
import { webDidUrl } from './web-did.ts'

export interface WebDidOptions extends BoundedFetchOptions {
  /** Whether a host may be asked; a server that resolves strangers' DIDs should say. @default any */
  allowHost?: (host: string) => boolean
}

const maxDocumentBytes = 64 * 1024
const maxDocumentDepth = 16

/**
 * The DID document behind a did:web, as its host gives it: JSON, not yet read.
 *
 * @throws {LumosError} `identity-unavailable`, retryable where asking again may help; `not-found`; `too-large`;
 *   `malformed-frame`; `invalid-request` for what is no did:web
 */
export async function fetchWebDidDocument(
  did: PrincipalDid,
  options: WebDidOptions & AbortOptions,
): Promise<JsonValue> {
  const url = webDidUrl(did)
  if (options.allowHost?.(url.hostname) === false) {
    throw new LumosError('identity-unavailable', `This node asks no documents of ${url.hostname}.`)
  }
  const accept = 'application/did+json, application/json'
  const bytes = await fetchBounded(url, { ...options, accept, maxBytes: maxDocumentBytes })
  if (bytes === undefined) throw new LumosError('not-found', `There is no DID document at ${url.href}.`)
  return decodeJson(bytes, { maxBytes: maxDocumentBytes, maxDepth: maxDocumentDepth })
}
