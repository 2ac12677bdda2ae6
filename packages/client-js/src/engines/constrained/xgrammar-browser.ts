import type { XGrammar } from './xgrammar.ts'

/** Bundlers may give its exports; taken as the module it says it is, it sets a global and exports nothing. */
export async function loadXGrammar(): Promise<XGrammar> {
  const module = (await import('@mlc-ai/web-xgrammar')) as Partial<XGrammar> & { default?: XGrammar }
  if (module.GrammarCompiler !== undefined) return module as XGrammar
  return module.default ?? (globalThis as typeof globalThis & { xgrammar: XGrammar }).xgrammar
}
