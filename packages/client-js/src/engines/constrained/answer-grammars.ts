import type { CompiledGrammar, GrammarCompiler, StructuralTagFormat, TagFormat } from '@mlc-ai/web-xgrammar'
import { loadXGrammar } from '#xgrammar'
import { type GenerateRequest, LumosError } from '../../contracts/index.ts'
import type { ChatTokenizer, Vocabulary } from '../chat/index.ts'
import { answerGrammar, type GrammarPart, looseAnswerGrammar } from './answer-grammar.ts'
import { canBeLate, type LateConstraintOptions, lateConstraint } from './late-constraint.ts'
import { forbid, type TokenConstraint } from './token-constraint.ts'
import type { XGrammar } from './xgrammar.ts'

const maxCompiled = 32

export interface AnswerGrammarsOptions {
  tokenizer: ChatTokenizer
  /** Tokens that end an answer. */
  endIds: ReadonlySet<number>
}

/** The grammars of one model's answers, compiled on first use; agents ask with the same tools again and again. */
export class AnswerGrammars {
  readonly #options: AnswerGrammarsOptions
  #tools: Promise<GrammarTools> | undefined
  #vocabulary: Vocabulary | undefined
  #canBeLate: boolean | undefined
  #controlIds: number[] | undefined
  /** Least recently used first. */
  readonly #compiled = new Map<string, Promise<CompiledGrammar>>()

  constructor(options: AnswerGrammarsOptions) {
    this.#options = options
  }

  /**
   * A fresh constraint for one answer; undefined where anything goes. A tool whose schema has no grammar may be
   * called with any object. Free text waits for no grammar: see late-constraint.ts.
   *
   * @throws {LumosError} `invalid-request` for a `responseFormat` that has no grammar
   */
  async constraintFor(request: GenerateRequest): Promise<TokenConstraint | undefined> {
    const grammar = answerGrammar(request)
    if (grammar === undefined) return undefined
    const open = () => this.#open(grammar, looseAnswerGrammar(request))
    const opening = grammar.type === 'triggered_tags' ? grammar.triggers[0] : undefined
    if (opening === undefined) return open()
    const late = this.#late(opening)
    return late === undefined ? open() : lateConstraint({ ...late, open })
  }

  /** What a constraint needs to begin late; undefined where that cannot be. */
  #late(opening: string): Omit<LateConstraintOptions, 'open'> | undefined {
    const { tokenizer, endIds } = this.#options
    this.#vocabulary ??= tokenizer.vocabulary()
    const vocabulary = this.#vocabulary
    this.#canBeLate ??= canBeLate(vocabulary, opening)
    if (!this.#canBeLate) return undefined
    this.#controlIds ??= [...vocabulary.tokens.keys()].filter(
      id => vocabulary.tokens[id] === '' && !endIds.has(id),
    )
    return { opening, vocabulary, controlIds: this.#controlIds }
  }

  async #open(grammar: GrammarPart, loose: GrammarPart | undefined): Promise<TokenConstraint> {
    const compiled = this.#compile(grammar)
    return this.#startMatching(
      await (loose === undefined ? compiled : compiled.catch(() => this.#compile(loose))),
    )
  }

  async #startMatching(compiled: CompiledGrammar): Promise<TokenConstraint> {
    const { library } = await this.#load()
    const endIds = [...this.#options.endIds]
    const matcher = await library.GrammarMatcher.createGrammarMatcher(compiled, endIds)
    let isDisposed = false
    return {
      async mask(logits) {
        forbid(logits, await matcher.getNextTokenBitmask())
      },
      accept(id) {
        matcher.acceptToken(id)
      },
      dispose() {
        if (!isDisposed) matcher.dispose()
        isDisposed = true
      },
    }
  }

  #compile(grammar: GrammarPart): Promise<CompiledGrammar> {
    const key = JSON.stringify(grammar)
    const compiled = this.#compiled.get(key) ?? this.#compileNow(grammar)
    this.#compiled.delete(key)
    this.#compiled.set(key, compiled)
    const [oldest] = this.#compiled.keys()
    // Matchers in use hold on to what they need of a grammar that leaves.
    if (this.#compiled.size > maxCompiled) this.#compiled.delete(oldest as string)
    return compiled
  }

  async #compileNow(grammar: GrammarPart): Promise<CompiledGrammar> {
    const { compiler, library } = await this.#load()
    try {
      const format = await withoutSchemas(grammar, library)
      return await compiler.compileStructuralTag({ type: 'structural_tag', format })
    } catch (cause) {
      throw new LumosError('invalid-request', 'The JSON Schema of the answer has no grammar: simplify it.', {
        cause,
      })
    }
  }

  #load(): Promise<GrammarTools> {
    this.#tools ??= openGrammarTools(this.#options)
    return this.#tools
  }
}

interface GrammarTools {
  library: XGrammar
  compiler: GrammarCompiler
}

async function openGrammarTools({ tokenizer, endIds }: AnswerGrammarsOptions): Promise<GrammarTools> {
  const library = await loadXGrammar()
  const { tokens, encoding } = tokenizer.vocabulary()
  const { GrammarCompiler, TokenizerInfo } = library
  const info = await TokenizerInfo.createTokenizerInfo(tokens, encoding, false, tokens.length, [...endIds])
  return { library, compiler: await GrammarCompiler.createGrammarCompiler(info) }
}

/** Schemas become grammars with at most one blank between tokens of JSON: small models else fill pages with them. */
async function withoutSchemas(part: GrammarPart, library: XGrammar): Promise<StructuralTagFormat> {
  const convert = (inner: GrammarPart) => withoutSchemas(inner, library)
  switch (part.type) {
    case 'json_schema': {
      const schema = JSON.stringify(part.json_schema)
      const grammar = await library.Grammar.fromJSONSchema(schema, true, undefined, undefined, false, 1)
      const text = grammar.toString()
      grammar.dispose()
      return { type: 'grammar', grammar: text }
    }
    case 'or':
    case 'sequence':
      return { ...part, elements: await Promise.all(part.elements.map(convert)) }
    case 'tag':
      return { ...part, content: await convert(part.content) }
    case 'triggered_tags':
      return { ...part, tags: (await Promise.all(part.tags.map(convert))) as TagFormat[] }
    default:
      return part
  }
}
