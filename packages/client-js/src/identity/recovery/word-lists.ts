/** Languages of the 24 words. The same key can be written in each. */
export type WordLanguage = 'english' | 'simplified-chinese' | 'traditional-chinese'

export const wordLanguages: readonly WordLanguage[] = ['english', 'simplified-chinese', 'traditional-chinese']

/** 2048 words. Loaded on use: each is 8 to 13 kB. @see BIP-39 */
export async function loadWordList(language: WordLanguage): Promise<string[]> {
  switch (language) {
    case 'english':
      return (await import('@scure/bip39/wordlists/english.js')).wordlist
    case 'simplified-chinese':
      return (await import('@scure/bip39/wordlists/simplified-chinese.js')).wordlist
    case 'traditional-chinese':
      return (await import('@scure/bip39/wordlists/traditional-chinese.js')).wordlist
  }
}
