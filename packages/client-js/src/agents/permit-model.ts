import { type AgentRunContext, type DataUse, isLumosError, type ModelInfo } from '../contracts/index.ts'
import { assertStaysHere } from '../core/index.ts'

/** What may be done with the conversation, and whether its text must stay on this machine. */
export interface ModelPermit {
  use: DataUse
  privacy: 'local' | undefined
}

/**
 * Asks the usage policy before a question to a model. One that chooses its place is kept at home where the policy
 * forbids the rest.
 *
 * @throws {LumosError} `forbidden`, `not-found`
 */
export async function permitModel(
  context: AgentRunContext,
  model: ModelInfo,
  privacy: 'local' | undefined,
): Promise<ModelPermit> {
  assertStaysHere(model, privacy)
  if (model.places === undefined) return { use: await context.useModel(model), privacy }
  const atHome = { ...model, isLocal: true, places: [] }
  if (privacy === 'local') return { use: await context.useModel(atHome), privacy }
  try {
    return { use: await context.useModel(model), privacy }
  } catch (error) {
    if (!isLumosError(error) || error.code !== 'forbidden') throw error
    return { use: await context.useModel(atHome), privacy: 'local' }
  }
}
