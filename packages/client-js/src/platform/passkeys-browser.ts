import { KeyUnavailableError, LumosError } from '../contracts/index.ts'
import type { PasskeyAuthenticator, Platform } from './platform.ts'
import { randomBytes } from './random-bytes.ts'

/** EdDSA, ES256, RS256: what authenticators offer between them. The passkey's own key is never used. */
const algorithms = [-8, -7, -257]

export const passkeys: Platform['passkeys'] = () =>
  typeof PublicKeyCredential === 'undefined' ? undefined : authenticator

const authenticator: PasskeyAuthenticator = {
  async create({ label, salt, signal }) {
    const credential = await unlessDeclined(signal, () =>
      navigator.credentials.create({
        ...(signal && { signal }),
        publicKey: {
          rp: { name: 'Lumos' },
          // One user per key: a second passkey of the same user would replace the first in the authenticator.
          user: { id: randomBytes(32), name: label, displayName: label },
          // No server checks what the passkey signs: the secret is what we came for.
          challenge: randomBytes(32),
          pubKeyCredParams: algorithms.map(alg => ({ type: 'public-key', alg })),
          authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
          extensions: { prf: { eval: { first: copy(salt) } } },
        },
      }),
    )
    const { prf } = credential.getClientExtensionResults()
    if (prf?.enabled !== true) throw withoutPrf()
    const credentialId = new Uint8Array(credential.rawId)
    const first = prf.results?.first
    // Some authenticators evaluate only when asked for a passkey they hold.
    const secret =
      first === undefined ? await this.evaluate({ credentialId, salt, signal }) : takeBytes(first)
    return { credentialId, secret }
  },

  async evaluate({ credentialId, salt, signal }) {
    const credential = await unlessDeclined(signal, () =>
      navigator.credentials.get({
        ...(signal && { signal }),
        publicKey: {
          challenge: randomBytes(32),
          allowCredentials: [{ type: 'public-key', id: copy(credentialId) }],
          userVerification: 'required',
          extensions: { prf: { eval: { first: copy(salt) } } },
        },
      }),
    )
    const first = credential.getClientExtensionResults().prf?.results?.first
    if (first === undefined) throw withoutPrf()
    return takeBytes(first)
  },
}

async function unlessDeclined(
  signal: AbortSignal | undefined,
  ask: () => Promise<Credential | null>,
): Promise<PublicKeyCredential> {
  try {
    return (await ask()) as PublicKeyCredential
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof DOMException && cause.name === 'NotAllowedError') {
      throw new KeyUnavailableError('cancelled', 'The passkey was not given: try again and confirm.', {
        cause,
      })
    }
    throw new KeyUnavailableError('unreadable', 'This page cannot use passkeys.', { cause })
  }
}

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

function takeBytes(source: BufferSource): Uint8Array<ArrayBuffer> {
  // Not a copy: whoever clears it clears the only one.
  return source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength)
}

function withoutPrf(): LumosError {
  return new LumosError(
    'unsupported',
    'This passkey yields no secret (WebAuthn prf): choose another authenticator, or a passphrase.',
  )
}
