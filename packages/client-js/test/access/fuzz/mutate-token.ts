import { decode, encode } from '@ipld/dag-cbor'
import { base64url } from '../../../src/core/index.ts'
import { byteMutations } from '../../fuzz/mutate-bytes.ts'
import type { SeededRandom } from '../../fuzz/seeded-random.ts'

type Payload = Record<string, unknown>

/** What somebody may change who knows the format, but not the key. */
const fieldMutations: ((payload: Payload, random: SeededRandom) => void)[] = [
  payload => {
    payload.cmd = '/'
  },
  payload => {
    payload.pol = []
  },
  payload => {
    payload.exp = null
  },
  payload => {
    delete payload.nbf
  },
  (payload, random) => {
    payload.aud = random.pick([payload.iss, payload.sub, 'did:web:evil.example', null, 7]) ?? null
  },
  (payload, random) => {
    payload.sub = random.pick([null, payload.aud, 'did:web:evil.example', {}]) ?? null
  },
  (payload, random) => {
    payload.iss = random.pick([payload.aud, 'did:web:evil.example', []]) ?? null
  },
  (payload, random) => {
    payload.nonce = random.bytes(random.below(70))
  },
  (payload, random) => {
    payload.meta = {
      [random.pick(['a', 'constructor', 'asCID', '/', 'bytes'])]: random.pick(['x', 1.5, [], {}, null]),
    }
  },
  (payload, random) => {
    payload[random.pick(['args', 'prf', 'x', 'toString'])] = random.next()
  },
  (payload, random) => {
    payload[random.pick(Object.keys(payload))] = random.pick([
      -1,
      2 ** 53,
      'x',
      [],
      {},
      true,
      random.bytes(3),
    ])
  },
  (payload, random) => {
    let deep: unknown = []
    for (let level = random.below(60); level > 0; level--) deep = random.pick([[deep], { a: deep }])
    payload.pol = deep
  },
]

/** Turns a good token into one that must not pass. */
export function mutateToken(token: string, random: SeededRandom): string {
  const bytes = base64url.decode(token)
  if (random.next() < 0.4) {
    const [signature, signed] = decode(bytes) as [Uint8Array, Record<string, unknown>]
    const tag = Object.keys(signed).find(name => name !== 'h') as string
    for (let count = 1 + random.below(2); count > 0; count--) {
      random.pick(fieldMutations)(signed[tag] as Payload, random)
    }
    return base64url.encode(encode([signature, signed]))
  }
  if (random.next() < 0.2) return mutateText(token, random)
  return base64url.encode(random.pick(Object.values(byteMutations))(bytes, random))
}

function mutateText(token: string, random: SeededRandom): string {
  const at = random.below(token.length)
  const piece = random.pick(['=', '+', '/', ' ', '\u0000', 'é', 'A', '_', '', token])
  return token.slice(0, at) + piece + token.slice(at + random.below(3))
}
