import {
  type DIDDocument,
  type DIDResolutionResult,
  type DIDResolver,
  Resolver,
  type ResolverRegistry,
} from 'did-resolver'
import { isLumosError, type JsonValue, type PrincipalDid } from '../contracts/index.ts'
import { isDid, publicKeyFromDid } from '../core/index.ts'
import { didDocument, keyDidDocument, multibaseKey } from './did-document.ts'
import { type DidLogState, type DidLogStore, isLumosDid } from './did-log/index.ts'
import { fetchWebDidDocument, isWebDid, type WebDidOptions } from './did-web/index.ts'
import { documentKeys } from './read-did-document.ts'

export interface DidResolverOptions extends Partial<WebDidOptions> {
  /** Without it did:lumos is an unsupported method. */
  didLogs?: DidLogStore
  /** How to reach the web. Without it did:web is an unsupported method. */
  fetch?: typeof fetch
  /** How old an answer about a did:lumos may be, in milliseconds. @default 300000 */
  maxAgeMs?: number
  /** Further methods, by name. */
  registry?: ResolverRegistry
}

/**
 * A resolver of did-resolver's kind, for did-jwt and all that take one. Errors are resolution results, as it expects.
 *
 * @see W3C DID Resolution 1.0
 */
export function createDidResolver(options: DidResolverOptions = {}): Resolver {
  const { didLogs, fetch, maxAgeMs, registry, ...web } = options
  const methods: ResolverRegistry = { ...registry, key: answering(async did => resolveKey(did)) }
  if (didLogs !== undefined) {
    methods.lumos = answering(async did => {
      if (!isLumosDid(did)) return failure('invalidDid')
      return resolveLog(await didLogs.state(did, maxAgeMs === undefined ? {} : { maxAgeMs }))
    })
  }
  if (fetch !== undefined) {
    methods.web = answering(async did => {
      if (!isWebDid(did)) return failure('invalidDid')
      return resolveWeb(await fetchWebDidDocument(did, { ...web, fetch }), did)
    })
  }
  return new Resolver(methods)
}

/** The document of a did:lumos: one Multikey per device, named by its key. */
export function lumosDidDocument(state: DidLogState): DIDDocument {
  return didDocument(
    state.did,
    state.keys.map(key => ({ fragment: multibaseKey(key), key })),
  )
}

function resolveKey(did: string): DIDResolutionResult {
  if (!isDid(did)) return failure('invalidDid')
  publicKeyFromDid(did)
  return success(keyDidDocument(did))
}

function resolveLog(state: DidLogState): DIDResolutionResult {
  const { head, createdAt, updatedAt, isDeactivated } = state
  // Resolution speaks of whole seconds. @see W3C DID 1.0 section 7.1.3
  const seconds = (time: string) => `${time.slice(0, 19)}Z`
  return success(lumosDidDocument(state), {
    created: seconds(createdAt),
    updated: seconds(updatedAt),
    versionId: head,
    ...(isDeactivated && { deactivated: true }),
  })
}

function resolveWeb(document: JsonValue, did: PrincipalDid): DIDResolutionResult {
  for (const purpose of [
    'authentication',
    'assertionMethod',
    'capabilityInvocation',
    'capabilityDelegation',
  ] as const) {
    documentKeys(document, did, purpose)
  }
  return success(document as unknown as DIDDocument)
}

function success(didDocument: DIDDocument, didDocumentMetadata = {}): DIDResolutionResult {
  const contentType = '@context' in didDocument ? 'application/did+ld+json' : 'application/did+json'
  return { didResolutionMetadata: { contentType }, didDocument, didDocumentMetadata }
}

function failure(error: string, message?: string): DIDResolutionResult {
  return {
    didResolutionMetadata: { error, ...(message !== undefined && { message }) },
    didDocument: null,
    didDocumentMetadata: {},
  }
}

function answering(resolve: (did: string) => Promise<DIDResolutionResult>): DIDResolver {
  return async did => {
    try {
      return await resolve(did)
    } catch (error) {
      if (!isLumosError(error)) throw error
      const isInvalid = error.code === 'invalid-request' || error.code === 'malformed-frame'
      const kind = error.code === 'not-found' ? 'notFound' : isInvalid ? 'invalidDid' : error.code
      return failure(kind, error.message)
    }
  }
}
