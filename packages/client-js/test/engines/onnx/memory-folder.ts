import { LumosError, type ModelId } from '../../../src/contracts/index.ts'
import type { ModelCard, ModelFolder } from '../../../src/engines/model-folders/index.ts'
import { randomDecoder } from './random-decoder.ts'
import { recitingDecoder } from './reciting-decoder.ts'

/** A model folder in memory. */
export function memoryFolder(files: Record<string, Uint8Array | object | string>): ModelFolder {
  const card: ModelCard = { modelId: 'tiny' as ModelId, name: 'Tiny', isLocal: true, supportsTools: false }
  const contents = new Map(Object.entries(files).map(([path, content]) => [path, bytesOf(content)]))
  return {
    card,
    async stat(path) {
      const bytes = contents.get(path)
      return bytes === undefined ? undefined : { sizeBytes: bytes.length }
    },
    async read(path, options) {
      const bytes = contents.get(path)
      if (bytes === undefined) throw new LumosError('model-unavailable', `No ${path}.`)
      options?.onBytes?.(bytes.length)
      return bytes
    },
  }
}

function bytesOf(content: Uint8Array | object | string): Uint8Array {
  if (content instanceof Uint8Array) return content
  return new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content))
}

const controls = ['<|im_start|>', '<|im_end|>', '<|go|>']
export const contextLength = 256

/** A byte-level tokenizer without merges: ids 0 to 255 are bytes, then control tokens, then `words`. */
export function tinyTokenizer(words: string[] = []) {
  const added = [...controls, ...words].map((content, index) => ({
    id: 256 + index,
    content,
    special: index < controls.length,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  }))
  const vocab = Object.fromEntries(byteCharacters().map((character, byte) => [character, byte]))
  return {
    version: '1.0',
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    model: { type: 'BPE', vocab, merges: [] },
  }
}

/** GPT-2's printable stand-ins for the bytes 0 to 255. */
function byteCharacters(): string[] {
  let next = 256
  const isPrintable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173)
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++))
}

export const chatTemplate =
  '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if tools %}{% endif %}<|im_start|>assistant\n<|go|>'

function folderOf(graph: Uint8Array, words: string[], more: Record<string, object> = {}): ModelFolder {
  return memoryFolder({
    'config.json': { num_hidden_layers: 2, max_position_embeddings: contextLength, eos_token_id: 257 },
    'tokenizer.json': tinyTokenizer(words),
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizer',
      eos_token: '<|im_end|>',
      chat_template: chatTemplate,
    },
    'onnx/model.onnx': graph,
    ...more,
  })
}

export function randomFolder(seed: number, more?: Record<string, object>): ModelFolder {
  return folderOf(randomDecoder({ vocabularySize: 259, seed, contextLength }), [], more)
}

export interface Recitation {
  /** Each becomes one token; all different. A number is a byte. */
  pieces: (string | number)[]
  isEndless?: boolean
}

/** A model that says `pieces`, then ends its turn, or repeats the last one without end. */
export function recitingFolder({ pieces, isEndless }: Recitation): ModelFolder {
  const words = pieces.filter(piece => typeof piece === 'string')
  const idOf = (piece: string | number) => (typeof piece === 'number' ? piece : 259 + words.indexOf(piece))
  const chain = [258, ...pieces.map(idOf)]
  const next = new Map(chain.map((id, index) => [id, chain[index + 1] ?? (isEndless ? id : 257)]))
  return folderOf(recitingDecoder(259 + words.length, next), words)
}
