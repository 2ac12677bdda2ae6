import { type FileStore, openFileStore } from '#platform'
import type { AbortOptions, ModelId } from '../../contracts/index.ts'
import { isModelId } from '../../core/index.ts'
import { DirectoryFolder } from './directory-folder.ts'
import type { ModelCard, ModelFolder, ModelShelf } from './model-folder.ts'
import { readModelCard } from './read-model-card.ts'

/**
 * The models in a directory: `<name>/config.json` and `<owner>/<name>/config.json`, or the directory itself when
 * it is one model, named like the directory.
 *
 * @param directory - a path in Node, a name in the origin private file system in browsers
 */
export function directoryShelf(directory: string): ModelShelf {
  return new DirectoryShelf(directory)
}

class DirectoryShelf implements ModelShelf {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  async list(options?: AbortOptions): Promise<ModelCard[]> {
    const folders = await this.#folders(options)
    return [...folders.values()].map(folder => folder.card)
  }

  async open(modelId: ModelId, options?: AbortOptions): Promise<ModelFolder | undefined> {
    return (await this.#folders(options)).get(modelId)
  }

  async #folders(options?: AbortOptions): Promise<Map<ModelId, ModelFolder>> {
    const store = await openFileStore(this.#directory)
    const folders = new Map<ModelId, ModelFolder>()
    for (const [modelId, path] of await findModels(store, this.#directory)) {
      options?.signal?.throwIfAborted()
      const card = { modelId, name: modelId, isLocal: true, supportsTools: false }
      const read = await readModelCard(new DirectoryFolder(store, path, card), options)
      folders.set(modelId, new DirectoryFolder(store, path, read))
    }
    return folders
  }
}

/** Path below the store by model id. */
async function findModels(store: FileStore, directory: string): Promise<Map<ModelId, string>> {
  const found = new Map<ModelId, string>()
  if (await isModel(store, '')) {
    const name = directory.split(/[/\\]/).findLast(part => part !== '') ?? directory
    if (isModelId(name)) found.set(name, '')
    return found
  }
  for (const name of await store.list('')) {
    if (!isModelId(name)) continue
    if (await isModel(store, name)) found.set(name, name)
    else for (const id of await modelsOfOwner(store, name)) found.set(id, id)
  }
  return found
}

async function modelsOfOwner(store: FileStore, owner: string): Promise<ModelId[]> {
  const ids: ModelId[] = []
  for (const name of await store.list(owner)) {
    const id = `${owner}/${name}`
    if (isModelId(id) && (await isModel(store, id))) ids.push(id)
  }
  return ids
}

const downloadRecordName = 'lumos-download.json'

/** A folder with a download record was filled by an earlier version, perhaps in part: the model store takes it over. */
async function isModel(store: FileStore, path: string): Promise<boolean> {
  const prefix = path === '' ? '' : `${path}/`
  if ((await store.size(`${prefix}${downloadRecordName}`)) !== undefined) return false
  return (await store.size(`${prefix}config.json`)) !== undefined
}
