import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

interface Licence {
  name: string
  version: string
  licence: string
}

interface Manifest {
  name: string
  version: string
  license?: string
  dependencies?: Record<string, string>
}

const fileName = 'licences.json'

/** Puts name, version and licence of every package the app may be built from, however deep, at `/licences.json`. */
export function licences(packageFile: string): Plugin {
  const text = () => JSON.stringify(collect(packageFile))
  return {
    name: 'lumos-licences',
    configureServer(server) {
      server.middlewares.use(`/${fileName}`, (_request, response) => {
        response.setHeader('content-type', 'application/json')
        response.end(text())
      })
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: text() })
    },
  }
}

function collect(packageFile: string): Licence[] {
  const found = new Map<string, Licence>()
  const visit = (file: string) => {
    const manifest: Manifest = JSON.parse(readFileSync(file, 'utf8'))
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const dependency = findManifest(name, dirname(file))
      if (dependency === undefined) continue
      const { version, license = '' }: Manifest = JSON.parse(readFileSync(dependency, 'utf8'))
      const key = `${name}@${version}`
      if (found.has(key)) continue
      found.set(key, { name, version, licence: license })
      visit(dependency)
    }
  }
  visit(packageFile)
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/** Walks up like Node's resolution does; `exports` may hide a package's own manifest from `resolve`. */
function findManifest(name: string, from: string): string | undefined {
  const file = join(from, 'node_modules', name, 'package.json')
  try {
    readFileSync(file)
    return file
  } catch {
    return dirname(from) === from ? undefined : findManifest(name, dirname(from))
  }
}
