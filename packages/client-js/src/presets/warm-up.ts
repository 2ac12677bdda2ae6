import type { AbortOptions, ModelCatalog, ModelId, Tool } from '../contracts/index.ts'

export interface WarmUpOptions extends AbortOptions {
  models: ModelCatalog
  /** @default the catalogue's default */
  modelId?: ModelId | undefined
  instructions: string
  tools: readonly Tool[]
}

/**
 * Loads the assistant's model and lets it read what all conversations begin with, so that the first question finds it
 * ready. Nothing is downloaded for it, and no endpoint asked.
 */
export async function warmUp({ models, modelId, instructions, tools, signal }: WarmUpOptions): Promise<void> {
  const options = signal === undefined ? {} : { signal }
  const infos = await models.list(options)
  const info = modelId === undefined ? infos[0] : infos.find(known => known.modelId === modelId)
  if (info?.engine !== 'onnx' || !info.isLocal) return
  const model = await models.load(info.modelId, options)
  const question = {
    messages: [
      { role: 'system', content: instructions } as const,
      { role: 'user', content: 'Hello!' } as const,
    ],
    ...(model.info.supportsTools && {
      tools: tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    }),
    temperature: 0,
    maxOutputTokens: 1,
  }
  // Read to the end: the answer itself is for nobody.
  const answer = model.generate(question, options)[Symbol.asyncIterator]()
  while (!(await answer.next()).done);
}
