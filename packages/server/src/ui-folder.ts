import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built UI, with the embedded model for pages that compute themselves; undefined where it is not installed. */
export function uiFolder(): string | undefined {
  const manifest = '@lomusai/ui/package.json'
  try {
    const folder = join(dirname(fileURLToPath(import.meta.resolve(manifest))), 'dist')
    return existsSync(join(folder, 'index.html')) ? folder : undefined
  } catch {
    return undefined
  }
}
