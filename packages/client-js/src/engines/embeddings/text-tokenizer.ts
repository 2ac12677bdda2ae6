import { Tokenizer } from '@huggingface/tokenizers'
import { type JsonObject, LumosError } from '../../contracts/index.ts'

export interface EncodeOptions {
  /** With what the model wants around a text, `[CLS]` and `[SEP]` for instance. */
  addSpecialTokens: boolean
  /** The first so many. What the model wants behind a text stays behind it. */
  maxLength: number
}

/** Text to token ids, as `tokenizer.json` says. */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer

  /** @throws {LumosError} `model-unavailable` for a tokenizer this package does not know */
  constructor(tokenizerJson: JsonObject, tokenizerConfig: JsonObject = {}) {
    try {
      this.#tokenizer = new Tokenizer(tokenizerJson, tokenizerConfig)
    } catch (cause) {
      const reason = 'The model has a tokenizer of an unsupported kind.'
      throw new LumosError('model-unavailable', reason, { cause })
    }
  }

  encode(text: string, { addSpecialTokens, maxLength }: EncodeOptions): number[] {
    const { ids } = this.#tokenizer.encode(text, { add_special_tokens: addSpecialTokens })
    if (ids.length <= maxLength) return ids
    const tail = addSpecialTokens ? this.#tailOf(ids) : []
    return [...ids.slice(0, maxLength - tail.length), ...tail]
  }

  /** What the tokenizer puts behind a text: the part of an empty text's tokens that is not in front. */
  #tailOf(ids: readonly number[]): number[] {
    const around = this.#tokenizer.encode('', { add_special_tokens: true }).ids
    const inFront = around.findIndex((id, at) => id !== ids[at])
    return inFront === -1 ? [] : around.slice(inFront)
  }

  idOf(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token)
  }
}
