export interface Ranked<T> {
  item: T
  score: number
}

const k1 = 1.2
const b = 0.75

/**
 * The items whose text shares words with the query, best first.
 *
 * @see Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009
 */
export function rankTexts<T>(query: string, items: readonly T[], textOf: (item: T) => string): Ranked<T>[] {
  const terms = [...new Set(words(query))]
  const documents = items.map(item => ({ item, words: words(textOf(item)) }))
  const meanLength = documents.reduce((sum, document) => sum + document.words.length, 0) / (items.length || 1)
  const holders = terms.map(term => documents.filter(document => document.words.includes(term)).length)
  return documents
    .map(document => ({
      item: document.item,
      score: terms.reduce((sum, term, index) => {
        const frequency = document.words.filter(word => word === term).length
        const count = holders[index] ?? 0
        const rarity = Math.log(1 + (items.length - count + 0.5) / (count + 0.5))
        const length = 1 - b + b * (document.words.length / meanLength)
        return sum + (frequency === 0 ? 0 : (rarity * frequency * (k1 + 1)) / (frequency + k1 * length))
      }, 0),
    }))
    .filter(({ score }) => score > 0)
    .sort((first, second) => second.score - first.score)
}

/** In any language: the segmenter knows words where no spaces are. English plurals count as singulars. */
function words(text: string): string[] {
  const segments = new Intl.Segmenter('en', { granularity: 'word' }).segment(
    text.normalize('NFKC').toLowerCase(),
  )
  const found: string[] = []
  for (const { segment, isWordLike } of segments) {
    if (isWordLike) found.push(segment.replace(/^([a-z]{3,})s$/, '$1'))
  }
  return found
}
