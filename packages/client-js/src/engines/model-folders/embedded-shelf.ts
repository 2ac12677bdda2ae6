import { openFileStore, packageDirectory } from '#platform'
import type { ModelId } from '../../contracts/index.ts'
import { DirectoryFolder } from './directory-folder.ts'
import type { ModelCard, ModelFolder, ModelShelf } from './model-folder.ts'
import { UrlFolder } from './url-folder.ts'

export const embeddedModelId = 'lumos-nano' as ModelId

const card: ModelCard = {
  modelId: embeddedModelId,
  name: 'Lumos Nano',
  isLocal: true,
  supportsTools: true,
  license: 'Apache-2.0',
  // models/lumos-nano/README.md
  parameters: 2.6e6,
  weightBytes: { int8: 2.7e6 },
  contextLength: 2048,
  languages: ['en'],
  notice:
    'A tiny model that ships with Lumos: good for trying things out, often wrong. Choose a bigger one for real work.',
}

/**
 * The model that comes with the project, so that the first answer needs no download.
 *
 * @param url - where its folder is served; absent in Node, which finds the installed package `@lomusai/nano`
 */
export function embeddedShelf(url?: string): ModelShelf {
  const open = () => openEmbeddedFolder('@lomusai/nano', card, url)
  return {
    async list() {
      const folder = await open()
      return folder === undefined ? [] : [folder.card]
    },
    async open(modelId) {
      return modelId === embeddedModelId ? open() : undefined
    },
  }
}

/**
 * The folder of a model that is an npm package; undefined where it is not installed.
 *
 * @param url - where the folder is served instead
 */
export async function openEmbeddedFolder(
  packageName: string,
  card: ModelCard,
  url?: string,
): Promise<ModelFolder | undefined> {
  if (url !== undefined) return new UrlFolder(url, card)
  const directory = packageDirectory(packageName)
  return directory === undefined ? undefined : new DirectoryFolder(await openFileStore(directory), '', card)
}
