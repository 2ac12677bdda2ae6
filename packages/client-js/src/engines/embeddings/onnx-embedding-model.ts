import type { InferenceSession, Tensor } from 'onnxruntime-web'
import {
  type AbortOptions,
  type EmbeddingModel,
  type EmbeddingModelInfo,
  type Embeddings,
  type EmbedRequest,
  LumosError,
} from '../../contracts/index.ts'
import type { OnnxRuntime } from '../onnx/index.ts'
import { type Pooling, pool } from './pooling.ts'
import type { TextTokenizer } from './text-tokenizer.ts'
import { assertDimensions, unitVector } from './unit-vector.ts'

export interface OnnxEmbeddingOptions {
  info: Omit<EmbeddingModelInfo, 'engine'> & { contextLength: number }
  tokenizer: TextTokenizer
  runtime: OnnxRuntime
  /** Takes `input_ids` and `attention_mask`; gives `sentence_embedding`, or `last_hidden_state` to pool. */
  session: InferenceSession
  pooling: Pooling
}

/** Padded tokens of one step; also about how long an abort waits. */
const maxBatchTokens = 1024

/** A sentence encoder in the layout of sentence-transformers' ONNX exports: MiniLM, EmbeddingGemma, BGE and others. */
export class OnnxEmbeddingModel implements EmbeddingModel {
  readonly info: EmbeddingModelInfo
  readonly #options: OnnxEmbeddingOptions
  #turn: Promise<unknown> = Promise.resolve()
  #isStopped = false

  constructor(options: OnnxEmbeddingOptions) {
    this.info = { ...options.info, engine: 'onnx' }
    this.#options = options
  }

  async embed(request: EmbedRequest, { signal }: AbortOptions = {}): Promise<Embeddings> {
    assertDimensions(request.dimensions, this.info)
    const { tokenizer, info } = this.#options
    const rows = request.texts.map(text =>
      text === '' ? [] : tokenizer.encode(text, { addSpecialTokens: true, maxLength: info.contextLength }),
    )
    const vectors: Float32Array[] = request.texts.map(
      () => new Float32Array(request.dimensions ?? info.dimensions),
    )
    for (const batch of batchesOf(rows)) {
      signal?.throwIfAborted()
      const pooled = await this.#inTurn(() => this.#encode(batch.map(index => rows[index] ?? [])))
      batch.forEach((index, at) => {
        vectors[index] = unitVector(pooled[at] as Float32Array, request.dimensions)
      })
    }
    const inputTokens = rows.reduce((sum, row) => sum + row.length, 0)
    return { modelId: info.modelId, vectors, usage: { inputTokens } }
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    await this.#turn
    await this.#options.session.release()
  }

  /** The session computes one step at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #encode(rows: number[][]): Promise<Float32Array[]> {
    if (this.#isStopped) throw new LumosError('model-unavailable', `${this.info.modelId} was stopped.`)
    const { session, pooling } = this.#options
    const outputs = await session.run(this.#feeds(rows)).catch(cause => {
      throw new LumosError('inference-failed', `${this.info.modelId} could not read the text.`, { cause })
    })
    const lengths = rows.map(row => row.length)
    const sentence = outputs.sentence_embedding
    const output = (sentence ?? outputs.last_hidden_state ?? outputs.token_embeddings) as Tensor
    const states = output.data as Float32Array
    const size = output.dims.at(-1) as number
    try {
      if (sentence === undefined) return pool(states, lengths, size, pooling)
      return rows.map((_, row) => states.slice(row * size, (row + 1) * size))
    } finally {
      for (const tensor of Object.values(outputs)) (tensor as Tensor).dispose()
    }
  }

  /** Padding behind each row, hidden by the mask. */
  #feeds(rows: number[][]): Record<string, Tensor> {
    const { session, runtime } = this.#options
    const width = Math.max(...rows.map(row => row.length))
    const tensor = (value: (row: number[], at: number) => number) => {
      const data = BigInt64Array.from(
        rows.flatMap(row => Array.from({ length: width }, (_, at) => BigInt(value(row, at)))),
      )
      return new runtime.Tensor('int64', data, [rows.length, width])
    }
    const feeds: Record<string, Tensor> = {
      input_ids: tensor((row, at) => row[at] ?? 0),
      attention_mask: tensor((row, at) => (at < row.length ? 1 : 0)),
    }
    if (session.inputNames.includes('token_type_ids')) feeds.token_type_ids = tensor(() => 0)
    return feeds
  }
}

/** Indexes of rows with tokens, of like length together. */
function batchesOf(rows: number[][]): number[][] {
  const length = (index: number) => rows[index]?.length ?? 0
  const order = rows.map((_, index) => index).filter(index => length(index) > 0)
  order.sort((a, b) => length(a) - length(b))
  const batches: number[][] = []
  for (const index of order) {
    const last = batches.at(-1)
    if (last !== undefined && (last.length + 1) * length(index) <= maxBatchTokens) last.push(index)
    else batches.push([index])
  }
  return batches
}
