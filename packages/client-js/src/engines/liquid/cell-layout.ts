/** Numbers: doubles where gradients are checked, floats where they are kept. */
export type Vector = Float32Array | Float64Array

export interface CellSize {
  inputs: number
  hidden: number
  /** Units of the layer that all heads share; at least `hidden`. */
  backbone: number
}

/** One affine map inside a parameter vector: `rows` × `columns` weights, row-major, then `rows` biases. */
export interface Affine {
  offset: number
  rows: number
  columns: number
}

/** Where each map of a closed-form cell is in its parameter vector. */
export interface CellLayout extends CellSize {
  /** From [input, state] to the shared layer. */
  shared: Affine
  /** The state right after an input. */
  early: Affine
  /** The state long after it. */
  late: Affine
  /** How fast one becomes the other. */
  rate: Affine
  /** Where that begins. */
  shift: Affine
  parameterCount: number
}

export function cellLayout(size: CellSize, offset = 0): CellLayout {
  const { inputs, hidden, backbone } = size
  let next = offset
  const place = (rows: number, columns: number): Affine => {
    const affine = { offset: next, rows, columns }
    next += affineSize(affine)
    return affine
  }
  const shared = place(backbone, inputs + hidden)
  const [early, late, rate, shift] = [0, 0, 0, 0].map(() => place(hidden, backbone)) as [
    Affine,
    Affine,
    Affine,
    Affine,
  ]
  return { ...size, shared, early, late, rate, shift, parameterCount: next - offset }
}

export function affineSize({ rows, columns }: Affine): number {
  return rows * (columns + 1)
}

/** `output` = W·`input` + b. */
export function applyAffine(parameters: Vector, affine: Affine, input: Vector, output: Vector): void {
  const { offset, rows, columns } = affine
  const biases = offset + rows * columns
  for (let row = 0; row < rows; row++) {
    let sum = parameters[biases + row] as number
    const start = offset + row * columns
    for (let column = 0; column < columns; column++) {
      sum += (parameters[start + column] as number) * (input[column] as number)
    }
    output[row] = sum
  }
}

/** Adds what `outputGradient` says of W and b to `gradient`, and of the input to `inputGradient`. */
export function backAffine(
  parameters: Vector,
  affine: Affine,
  { input, outputGradient }: { input: Vector; outputGradient: Vector },
  { gradient, inputGradient }: { gradient: Vector; inputGradient?: Vector },
): void {
  const { offset, rows, columns } = affine
  const biases = offset + rows * columns
  for (let row = 0; row < rows; row++) {
    const slope = outputGradient[row] as number
    if (slope === 0) continue
    const start = offset + row * columns
    gradient[biases + row] = (gradient[biases + row] as number) + slope
    for (let column = 0; column < columns; column++) {
      gradient[start + column] = (gradient[start + column] as number) + slope * (input[column] as number)
    }
    if (inputGradient === undefined) continue
    for (let column = 0; column < columns; column++) {
      inputGradient[column] =
        (inputGradient[column] as number) + slope * (parameters[start + column] as number)
    }
  }
}
