/**
 * Writes spec/vectors/*.json. Everything follows from fixed seeds and times, so a second run changes nothing.
 *
 *     node --conditions=lumos-source spec/generate/main.ts
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vectorFiles } from './vector-files.ts'

for (const [name, content] of Object.entries(await vectorFiles())) {
  writeFileSync(join(import.meta.dirname, '..', 'vectors', name), content)
}
