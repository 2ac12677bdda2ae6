import type { ModelId } from '../contracts/index.ts'

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/

/** `name` or `owner/name`, each safe as a file name: no `..`, no separators, no leading dot. */
export function isModelId(text: string): text is ModelId {
  const names = text.split('/')
  return names.length <= 2 && names.every(name => namePattern.test(name) && !name.includes('..'))
}
