import { LumosError } from '../../contracts/index.ts'

/** The first `dimensions` numbers, scaled to length 1; zeros stay zeros. */
export function unitVector(values: Float32Array, dimensions = values.length): Float32Array {
  const vector = values.slice(0, dimensions)
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map(value => value / length)
}

/** @throws {LumosError} `invalid-request` when a model has no vectors that long */
export function assertDimensions(
  wanted: number | undefined,
  info: { modelId: string; dimensions: number },
): void {
  if (wanted === undefined || (Number.isInteger(wanted) && wanted > 0 && wanted <= info.dimensions)) return
  throw new LumosError('invalid-request', `Vectors of ${info.modelId} have ${info.dimensions} dimensions.`)
}
