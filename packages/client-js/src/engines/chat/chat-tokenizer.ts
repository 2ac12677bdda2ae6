import { Tokenizer } from '@huggingface/tokenizers'
import { type JsonObject, LumosError } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'

/** Tags that are part of the answer even where a tokenizer calls them special: they mark tool calls. */
const visibleTags = new Set(['<tool_call>', '</tool_call>', '<tool_response>', '</tool_response>'])

/** Every token as it stands in `tokenizer.json`, by id. */
export interface Vocabulary {
  /** Empty for control tokens: no text can be written with them. */
  tokens: string[]
  /** How tokens stand for bytes. */
  encoding: 'byte_level' | 'byte_fallback' | 'raw'
}

/** Text to token ids and back, as `tokenizer.json` and `tokenizer_config.json` say. */
export class ChatTokenizer {
  readonly #tokenizer: Tokenizer
  readonly #encoding: Vocabulary['encoding']
  readonly #hiddenIds = new Set<number>()
  /** Control tokens as text, for instance `<|im_end|>`. Longest first. */
  readonly controlTexts: readonly string[]

  /** @throws {LumosError} `model-unavailable` for a tokenizer this package does not know */
  constructor(tokenizerJson: JsonObject, tokenizerConfig: JsonObject) {
    try {
      this.#tokenizer = new Tokenizer(tokenizerJson, tokenizerConfig)
    } catch (cause) {
      throw new LumosError('model-unavailable', 'The model has a tokenizer of an unsupported kind.', {
        cause,
      })
    }
    this.#encoding = encodingOf(tokenizerJson)
    const controlTexts: string[] = []
    for (const [id, token] of this.#tokenizer.get_added_tokens_decoder()) {
      if (!token.special || visibleTags.has(token.content)) continue
      this.#hiddenIds.add(id)
      controlTexts.push(token.content)
    }
    this.controlTexts = controlTexts.sort((a, b) => b.length - a.length)
  }

  /** Control tokens in `text` become their ids; nothing is added in front or behind. */
  encode(text: string): number[] {
    return this.#tokenizer.encode(text, { add_special_tokens: false }).ids
  }

  /** Control tokens are left out. An incomplete character at the end decodes to U+FFFD. */
  decode(ids: readonly number[]): string {
    const visible = ids.filter(id => !this.#hiddenIds.has(id))
    if (visible.length === 0) return ''
    return this.#tokenizer.decode(visible, {
      skip_special_tokens: false,
      clean_up_tokenization_spaces: false,
    })
  }

  vocabulary(): Vocabulary {
    const ids = this.#tokenizer.get_vocab()
    const tokens = new Array<string>(Math.max(...ids.values()) + 1).fill('')
    for (const [token, id] of ids) if (!this.#hiddenIds.has(id)) tokens[id] = token
    return { tokens, encoding: this.#encoding }
  }

  idOf(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token)
  }

  textOf(id: number): string | undefined {
    return this.#tokenizer.id_to_token(id)
  }
}

function encodingOf(tokenizerJson: JsonObject): Vocabulary['encoding'] {
  const { model, decoder } = tokenizerJson
  if (JSON.stringify(decoder ?? null).includes('"ByteLevel"')) return 'byte_level'
  return isJsonObject(model) && model.byte_fallback === true ? 'byte_fallback' : 'raw'
}
