import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built UI and the embedded model, where the packages that bring them are installed. */
export function bundledFolders(): { uiDir?: string; modelDirs: ReadonlyMap<string, string> } {
  const ui = packageFolder('@lomusai/ui')
  const uiDir = ui === undefined ? undefined : join(ui, 'dist')
  const model = packageFolder('@lomusai/nano')
  return {
    ...(uiDir !== undefined && existsSync(join(uiDir, 'index.html')) ? { uiDir } : {}),
    modelDirs: new Map(model === undefined ? [] : [['lumos-nano', model]]),
  }
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)))
  } catch {
    return undefined
  }
}
