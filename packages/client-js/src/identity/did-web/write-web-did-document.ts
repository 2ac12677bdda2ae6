import type { DIDDocument } from 'did-resolver'
import { type Did, LumosError, type PrincipalDid } from '../../contracts/index.ts'
import { publicKeyFromDid } from '../../core/index.ts'
import { type DocumentKey, didDocument } from '../did-document.ts'
import { isWebDid } from './web-did.ts'

/**
 * The document that an organisation puts at its did:web's URL: see {@link webDidUrl}.
 *
 * @param keys - by name, for instance `{ 'key-1': did }`; the name becomes the fragment of the key's DID URL
 * @throws {LumosError} `invalid-request`
 */
export function createWebDidDocument(did: PrincipalDid, keys: Record<string, Did>): DIDDocument {
  if (!isWebDid(did)) throw new LumosError('invalid-request', `Not a did:web: ${did}`)
  const entries = Object.entries(keys)
  if (entries.length === 0) throw new LumosError('invalid-request', 'A DID document needs a key.')
  const documentKeys = entries.map(([fragment, key]): DocumentKey => {
    if (!/^[\w.~-]+$/.test(fragment)) throw new LumosError('invalid-request', `Not a key's name: ${fragment}`)
    publicKeyFromDid(key)
    return { fragment, key }
  })
  return didDocument(did, documentKeys)
}
