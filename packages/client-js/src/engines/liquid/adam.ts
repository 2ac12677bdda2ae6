import type { Vector } from './cell-layout.ts'

export interface AdamOptions {
  learningRate: number
  /** The first parameters, {@link slowCount} of them, learn this much more slowly. */
  slowness: number
  slowCount: number
  /** Gradients with a larger Euclidean norm are shortened to it. */
  maxNorm: number
  /** Pulls every parameter to zero, apart from the gradient. */
  weightDecay: number
}

/** What the optimiser remembers between steps. */
export interface AdamMoments {
  first: Vector
  second: Vector
  /** Steps taken. */
  count: number
}

const [beta1, beta2, epsilon] = [0.9, 0.99, 1e-8]

/**
 * One step of Adam with clipping and decoupled weight decay; changes `parameters` and `moments`.
 *
 * @see Kingma and Ba, arXiv 1412.6980; Loshchilov and Hutter, arXiv 1711.05101
 */
export function stepAdam(
  parameters: Vector,
  gradient: Vector,
  moments: AdamMoments,
  { learningRate, slowness, slowCount, maxNorm, weightDecay }: AdamOptions,
): void {
  let squares = 0
  for (const slope of gradient) squares += slope * slope
  // One bad number would stay for ever.
  if (!Number.isFinite(squares)) return
  const scale = Math.min(1, maxNorm / (Math.sqrt(squares) + epsilon))
  const count = ++moments.count
  const [bias1, bias2] = [1 - beta1 ** count, 1 - beta2 ** count]
  const { first, second } = moments
  for (let index = 0; index < parameters.length; index++) {
    const slope = (gradient[index] as number) * scale
    const mean = beta1 * (first[index] as number) + (1 - beta1) * slope
    const variance = beta2 * (second[index] as number) + (1 - beta2) * slope * slope
    first[index] = mean
    second[index] = variance
    const value = parameters[index] as number
    const move = mean / bias1 / (Math.sqrt(variance / bias2) + epsilon) + weightDecay * value
    parameters[index] = value - (index < slowCount ? learningRate / slowness : learningRate) * move
  }
}
