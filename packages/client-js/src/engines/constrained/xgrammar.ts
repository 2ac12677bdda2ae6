import type * as module from '@mlc-ai/web-xgrammar'

/** What we use of the library. */
export type XGrammar = Pick<typeof module, 'Grammar' | 'GrammarCompiler' | 'GrammarMatcher' | 'TokenizerInfo'>
