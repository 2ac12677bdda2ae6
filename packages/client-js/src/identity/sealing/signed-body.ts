import type { Did, Identity, JsonObject } from '../../contracts/index.ts'
import { base64url, canonicalJson, isDid, utf8 } from '../../core/index.ts'
import { createVerifier } from '../create-verifier.ts'

/** `body` and its signer's Ed25519 signature over the canonical JSON of `purpose` and the rest. */
export async function signBody(purpose: string, body: JsonObject, signer: Identity): Promise<JsonObject> {
  const signature = await signer.sign(bytesOf(purpose, body))
  return { ...body, signature: base64url.encode(signature) }
}

/** Whether `signer` signed this body for this purpose. False, never an error. */
export async function isSignedBody(purpose: string, signed: JsonObject, signer: Did): Promise<boolean> {
  const { signature, ...body } = signed
  if (typeof signature !== 'string' || !isDid(signer)) return false
  try {
    return await createVerifier().verify(signer, bytesOf(purpose, body), base64url.decode(signature))
  } catch {
    return false
  }
}

/** The purpose keeps these signatures apart from all others that a key makes. */
function bytesOf(purpose: string, body: JsonObject): Uint8Array {
  return utf8.encode(canonicalJson({ purpose, body }))
}
