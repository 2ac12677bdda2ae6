import type {
  AgentCard,
  AgentCardSignature,
  Did,
  Identity,
  JsonValue,
  Verifier,
} from '../../contracts/index.ts'
import { base64url, canonicalJson, decodeJson, isDid, isJsonObject, utf8 } from '../../core/index.ts'
import { createVerifier } from '../create-verifier.ts'
import { withoutDefaults } from './agent-card-defaults.ts'

/**
 * The card with one signature more: a JWS over its canonical form. Signatures that are there stay.
 *
 * @see A2A 1.0 section 8.4
 */
export async function signAgentCard(card: AgentCard, identity: Identity): Promise<AgentCard> {
  const { did } = identity
  const header = { alg: 'EdDSA', typ: 'JOSE', kid: `${did}#${did.slice('did:key:'.length)}` }
  const encoded = base64url.encode(utf8.encode(JSON.stringify(header)))
  const signature = await identity.sign(signingInput(encoded, card))
  const added: AgentCardSignature = { protected: encoded, signature: base64url.encode(signature) }
  return { ...card, signatures: [...(card.signatures ?? []), added] }
}

/**
 * The did:keys whose signatures on the card verify, in order; `[]` for a card that nobody signed, or that was changed.
 * Signatures by other kinds of key are not judged.
 */
export async function verifyAgentCard(
  card: AgentCard,
  options: { verifier?: Verifier } = {},
): Promise<Did[]> {
  const { verifier = createVerifier() } = options
  const signers: Did[] = []
  for (const signature of card.signatures ?? []) {
    const did = await signerOf(signature, card, verifier)
    if (did !== undefined) signers.push(did)
  }
  return signers
}

async function signerOf(
  { protected: encoded, signature }: AgentCardSignature,
  card: AgentCard,
  verifier: Verifier,
): Promise<Did | undefined> {
  try {
    const header = decodeJson(base64url.decode(encoded), { maxBytes: 4096, maxDepth: 4 })
    const did = isJsonObject(header) ? keyOf(header) : undefined
    if (did === undefined) return undefined
    const isValid = await verifier.verify(did, signingInput(encoded, card), base64url.decode(signature))
    return isValid ? did : undefined
  } catch {
    return undefined
  }
}

/** Extensions that must be understood are not understood. @see RFC 7515 section 4.1.11 */
function keyOf(header: { [name: string]: JsonValue }): Did | undefined {
  const { alg, kid, crit } = header
  if (alg !== 'EdDSA' || crit !== undefined || typeof kid !== 'string') return undefined
  const [did, fragment] = kid.split('#')
  const isOurs = isDid(did ?? '') && (fragment === undefined || `did:key:${fragment}` === did)
  return isOurs ? (did as Did) : undefined
}

function signingInput(encodedHeader: string, card: AgentCard): Uint8Array {
  const { signatures: _, ...content } = card
  const payload = canonicalJson(withoutDefaults(content as unknown as JsonValue))
  return utf8.encode(`${encodedHeader}.${base64url.encode(utf8.encode(payload))}`)
}
