import { type Embeddings, LumosError } from '@lomusai/client-js'
import { z } from 'zod'

const text = z.string().min(1)

/** What of OpenAI's request counts here; texts only, no token ids. @see OpenAI API reference, Create embeddings */
const embeddingsRequestSchema = z.object({
  model: z.string().optional(),
  input: z.union([text.transform(one => [one]), z.array(text).min(1).max(512)]),
  dimensions: z.int().min(1).optional(),
  encoding_format: z.enum(['float', 'base64']).default('float'),
})

type EmbeddingsRequest = z.infer<typeof embeddingsRequestSchema>

/** Names that programs written for OpenAI send; they mean the node's own model. */
const openAiNames = /^text-embedding-/

export function modelIdOf({ model }: EmbeddingsRequest): string | undefined {
  return model === undefined || openAiNames.test(model) ? undefined : model
}

export function embeddingsAnswer(
  { modelId, vectors, usage }: Embeddings,
  format: 'float' | 'base64',
): object {
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: format === 'base64' ? toBase64(vector) : Array.from(vector),
  }))
  const { inputTokens } = usage
  return {
    object: 'list',
    data,
    model: modelId,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  }
}

/** float32, little-endian. */
function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  vector.forEach((value, index) => void bytes.writeFloatLE(value, index * 4))
  return bytes.toString('base64')
}

/** @throws {LumosError} `invalid-request` */
export function readEmbeddingsRequest(body: unknown): EmbeddingsRequest {
  const parsed = embeddingsRequestSchema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LumosError('invalid-request', `${issue?.path.join('.')}: ${issue?.message}`)
}
