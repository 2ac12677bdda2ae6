import { createReadStream, existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { extname, join, normalize, resolve, sep } from 'node:path'
import type { Plugin } from 'vite'

export interface StaticFolder {
  /** Folder on disk. */
  from: string
  /** Where it appears under the site, without slashes at the ends. */
  to: string
  /** Which of its files, by path relative to `from`. @default all */
  include?: (path: string) => boolean
}

const mediaTypes: Record<string, string> = {
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
}

/** Serves folders from outside the app in dev, and copies them beside the bundle in a build. */
export function staticFolders(folders: StaticFolder[]): Plugin {
  let outDir = ''
  return {
    name: 'lumos-static-folders',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    configureServer(server) {
      for (const folder of folders) {
        server.middlewares.use(`/${folder.to}/`, (request, response, next) => {
          const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1)
          const file = normalize(join(folder.from, path))
          const isServed = file.startsWith(resolve(folder.from) + sep) && (folder.include?.(path) ?? true)
          if (!isServed) return next()
          stat(file).then(
            ({ size }) => {
              response.setHeader('content-type', mediaTypes[extname(file)] ?? 'application/octet-stream')
              response.setHeader('content-length', size)
              response.setHeader('cross-origin-resource-policy', 'same-origin')
              createReadStream(file).pipe(response)
            },
            () => next(),
          )
        })
      }
    },
    async closeBundle() {
      for (const folder of folders) {
        if (existsSync(folder.from)) await copyFolder(folder, join(outDir, folder.to))
        else this.warn(`There is no ${folder.from}, so nothing will answer at /${folder.to}/`)
      }
    },
  }
}

async function copyFolder(folder: StaticFolder, target: string): Promise<void> {
  const entries = await readdir(folder.from, { withFileTypes: true, recursive: true })
  for (const entry of entries) {
    const source = join(entry.parentPath, entry.name)
    const path = source.slice(resolve(folder.from).length + 1)
    if (!entry.isFile() || !(folder.include?.(path) ?? true)) continue
    await mkdir(join(target, path, '..'), { recursive: true })
    await copyFile(source, join(target, path))
  }
}
