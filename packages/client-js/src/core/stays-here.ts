import { LumosError, type ModelInfo } from '../contracts/index.ts'

/**
 * Refuses a request that must stay on this machine where the model is elsewhere. One that chooses its place sees to
 * that itself.
 *
 * @throws {LumosError} `forbidden`
 */
export function assertStaysHere(model: ModelInfo, privacy: 'local' | undefined): void {
  if (privacy === undefined || model.isLocal || model.places !== undefined) return
  throw new LumosError(
    'forbidden',
    `The request must stay on this machine, and ${model.name} is not here. Choose a local model, or 'auto'.`,
    { details: { purpose: 'inference', modelId: model.modelId } },
  )
}
