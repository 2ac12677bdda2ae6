import { readFileSync } from 'node:fs'

const longestFile = 300

/** Architecture rule 6, for the sources of the SDK; adapters and `platform/` may look at their surroundings. */
const rules = [
  {
    pattern: /^(export )?(let|var) /m,
    message: 'keeps mutable state at module level',
  },
  {
    pattern: /^(export )?const \w+(: [^=\n]+)? = new (Map|Set)(<[^\n]*>)?\(\)/m,
    // A WeakMap that remembers what follows from its key alone is no state.
    message: 'keeps a mutable collection at module level',
  },
  {
    pattern: /typeof (window|document|process|importScripts|navigator|Deno|Bun)\b|process\.versions/,
    message: 'asks which platform it runs on; that belongs in platform/ or an adapter',
    except: /\/src\/(platform|transports|engines|stores|presets|testing)\//,
  },
]

/**
 * @param {string[]} files - TypeScript sources
 * @returns {string[]} one line per broken rule
 */
export function checkSourceRules(files) {
  return files.flatMap(file => {
    const text = readFileSync(file, 'utf8')
    const problems = rules
      .filter(({ pattern, except }) => !except?.test(file) && pattern.test(text))
      .map(({ message }) => `${file} ${message}`)
    const lines = text.split('\n').length
    if (lines > longestFile) problems.push(`${file} has ${lines} lines: what is the second concept?`)
    return problems
  })
}
