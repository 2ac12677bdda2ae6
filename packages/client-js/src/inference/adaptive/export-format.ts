import { type JsonObject, LumosError, type OutcomeModel, type OutcomeShape } from '../../contracts/index.ts'
import { base64url, canonicalJson, isJsonObject, utf8 } from '../../core/index.ts'
import { decodeWeights, encodeWeights } from './weights-text.ts'

const exportType = 'lumos-adaptation/1'

interface ExportedPolicy {
  policy: string
  shape: OutcomeShape
  model: OutcomeModel
}

/** @see spec/adaptation.md */
export async function encodeExport(
  { policy, shape, model }: ExportedPolicy,
  learned: { version: number; feedbackCount: number; weights: Float32Array },
): Promise<JsonObject> {
  const content = {
    type: exportType,
    policy,
    format: model.format,
    features: [...shape.features],
    options: [...shape.options],
    version: learned.version,
    feedbackCount: learned.feedbackCount,
    weights: encodeWeights(learned.weights),
  }
  return { ...content, hash: await hashOf(content) }
}

/** @throws {LumosError} `invalid-request` unless it is whole, and of this policy, shape and format */
export async function decodeExport(
  { policy, shape, model }: ExportedPolicy,
  exported: JsonObject,
): Promise<Float32Array> {
  if (!isJsonObject(exported)) throw unusable('It is not an object.')
  const { hash, ...content } = exported
  const expected = {
    type: exportType,
    policy,
    format: model.format,
    features: [...shape.features],
    options: [...shape.options],
  }
  const names = [...Object.keys(expected), 'version', 'feedbackCount', 'weights']
  if (Object.keys(content).length !== names.length) throw unusable('It has other members.')
  for (const [name, value] of Object.entries(expected)) {
    const isSame = Object.hasOwn(content, name) && canonicalJson(content[name]) === canonicalJson(value)
    if (!isSame) throw unusable(`Its ${name} is not that of this policy.`)
  }
  const { version, feedbackCount, weights } = content
  const isCounted = [version, feedbackCount].every(count => Number.isSafeInteger(count) && Number(count) >= 0)
  if (!isCounted || typeof weights !== 'string') throw unusable('A member has the wrong type.')
  const count = model.parameterCount(shape)
  if (weights.length !== Math.ceil((16 * count) / 3)) throw unusable(`Expected ${count} weights.`)
  if (hash !== (await hashOf(content))) throw unusable('Its hash does not fit: it was damaged or changed.')
  return decodeWeights(weights, count)
}

/** SHA-256 of the canonical JSON (RFC 8785), base64url. */
async function hashOf(content: JsonObject): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8.encode(canonicalJson(content)))
  return base64url.encode(new Uint8Array(digest))
}

function unusable(message: string): LumosError {
  return new LumosError('invalid-request', `This export cannot be taken over. ${message}`)
}
