import { randomBytes } from '#platform'
import { LumosError } from '../../contracts/index.ts'
import { loadWordList, type WordLanguage, wordLanguages } from './word-lists.ts'

const wordCount = 24

/** 256 fresh bits as 24 words: whoever has them can take over the identity they recover. @see BIP-39 */
export async function createRecoveryWords(language: WordLanguage = 'english'): Promise<string> {
  for (;;) {
    const words = await wordsOfEntropy(randomBytes(32), language)
    // The two Chinese lists share characters: about one in 10,000 phrases could be read as both.
    if ((await readings(words)).length === 1) return words
  }
}

/** @param entropy - 32 bytes */
export async function wordsOfEntropy(
  entropy: Uint8Array,
  language: WordLanguage = 'english',
): Promise<string> {
  const { entropyToMnemonic } = await import('@scure/bip39')
  return entropyToMnemonic(entropy, await loadWordList(language))
}

/**
 * The 32 bytes that 24 words stand for, in whichever language they are. Case, white space and, in Chinese, the lack of
 * it do not matter.
 *
 * @throws {LumosError} `invalid-request`; `details.unknownWords` holds positions from 1, never words
 */
export async function entropyOfWords(phrase: string): Promise<Uint8Array> {
  const words = splitPhrase(phrase)
  if (words.length !== wordCount) {
    throw new LumosError('invalid-request', `There are ${wordCount} recovery words, not ${words.length}.`)
  }
  const [entropy, ...others] = await readings(words.join(' '))
  if (entropy === undefined) throw await unreadable(words)
  if (others.length > 0) {
    throw new LumosError('invalid-request', 'These words can be read in two ways: they are not from here.')
  }
  return entropy
}

/** What the words mean in each language in which they are a whole phrase, its checksum included. */
async function readings(phrase: string): Promise<Uint8Array[]> {
  const { mnemonicToEntropy } = await import('@scure/bip39')
  const entropies: Uint8Array[] = []
  for (const language of wordLanguages) {
    try {
      entropies.push(mnemonicToEntropy(phrase, await loadWordList(language)))
    } catch {
      // Not this language, or mistyped: what remains says which.
    }
  }
  return entropies
}

function splitPhrase(phrase: string): string[] {
  const text = phrase.normalize('NFKD').trim().toLowerCase()
  const isUnspacedChinese = /^\p{Script=Han}+$/u.test(text)
  return isUnspacedChinese ? [...text] : text.split(/\s+/).filter(word => word !== '')
}

/** Judged by the list that knows most of the words. */
async function unreadable(words: string[]): Promise<LumosError> {
  let unknown: number[] = words.map((_, index) => index + 1)
  for (const language of wordLanguages) {
    const list = new Set(await loadWordList(language))
    const missing = words.flatMap((word, index) => (list.has(word) ? [] : [index + 1]))
    if (missing.length < unknown.length) unknown = missing
  }
  return unknown.length > 0
    ? new LumosError('invalid-request', `These are no recovery words: number ${unknown.join(', ')}.`, {
        details: { unknownWords: unknown },
      })
    : new LumosError('invalid-request', 'The words do not fit together: one is mistyped or out of place.', {
        details: { unknownWords: [] },
      })
}
