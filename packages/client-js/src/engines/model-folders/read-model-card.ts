import { type AbortOptions, isLumosError } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'
import { type ModelCard, type ModelFolder, readOptionalJson } from './model-folder.ts'

const decoder = new TextDecoder()

/** The card of a folder, completed by what its files say. A folder with unreadable files keeps its plain card. */
export async function readModelCard(folder: ModelFolder, options?: AbortOptions): Promise<ModelCard> {
  try {
    const config = (await readOptionalJson(folder, 'config.json', options)) ?? {}
    const contextLength = config.max_position_embeddings
    return {
      ...folder.card,
      supportsTools: await hasToolTemplate(folder, options),
      ...(typeof contextLength === 'number' && { contextLength }),
    }
  } catch (error) {
    if (isLumosError(error)) return folder.card
    throw error
  }
}

async function hasToolTemplate(folder: ModelFolder, options?: AbortOptions): Promise<boolean> {
  const template = await chatTemplateOf(folder, options)
  return template !== undefined && /\btools\b/.test(template)
}

/** The Jinja text of a model's chat template: a file of its own, or an entry of `tokenizer_config.json`. */
export async function chatTemplateOf(
  folder: ModelFolder,
  options?: AbortOptions,
  /** Of `tokenizer_config.json`, for those who read it anyway. */
  readConfig = () => readOptionalJson(folder, 'tokenizer_config.json', options),
): Promise<string | undefined> {
  if ((await folder.stat('chat_template.jinja', options)) !== undefined) {
    return decoder.decode(await folder.read('chat_template.jinja', options))
  }
  const config = await readConfig()
  const template = config?.chat_template
  if (typeof template === 'string') return template
  if (!Array.isArray(template)) return undefined
  // Named templates: the one for tools also serves conversations without any.
  const named = template.filter(isJsonObject)
  const chosen =
    named.find(entry => entry.name === 'tool_use') ?? named.find(entry => entry.name === 'default')
  return typeof chosen?.template === 'string' ? chosen.template : undefined
}
