import type { Tensor, TypedTensor } from 'onnxruntime-web'
import type { CacheSlot, CacheType, ModelGeometry } from './model-geometry.ts'
import type { OnnxRuntime } from './runtime.ts'

/**
 * What a model remembers of the tokens it read: one tensor per layer for keys and one for values, and of hybrid models
 * one of fixed size for each of the other layers.
 */
export class KeyValueState {
  /** By name of the graph input. float32 or float16, row-major, caches of shape `[1, heads, length, headSize]`. */
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Tokens read. */
  readonly length: number
  /** It has states of fixed size, which know nothing of fewer tokens: {@link cutState} does not work. */
  readonly isWhole: boolean
  #isDisposed = false

  constructor(tensors: ReadonlyMap<string, Tensor>, length: number, isWhole = false) {
    this.tensors = tensors
    this.length = length
    this.isWhole = isWhole
  }

  get sizeBytes(): number {
    let size = 0
    for (const { dims, type } of this.tensors.values()) {
      size += dims.reduce((product, dim) => product * dim, type === 'float16' ? 2 : 4)
    }
    return size
  }

  /** Whether {@link copyState} works, and {@link cutState} unless it is whole: tensors on a GPU are not read. */
  get isOnCpu(): boolean {
    return [...this.tensors.values()].every(tensor => tensor.location === 'cpu')
  }

  /** Frees the tensors, on the GPU too. Idempotent. */
  dispose(): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    for (const tensor of this.tensors.values()) tensor.dispose()
  }
}

/** A state that has read nothing. */
export function emptyState(geometry: ModelGeometry, { Tensor }: OnnxRuntime): KeyValueState {
  const tensors = geometry.caches.map(({ input, type, heads, headSize }) => {
    const data = type === 'float32' ? new Float32Array(0) : new Uint16Array(0)
    return [input, new Tensor(type, data, [1, heads, 0, headSize])] as const
  })
  const fixed = geometry.fixedStates.map(({ input, type, shape }) => {
    const size = shape.reduce((product, dim) => product * dim, 1)
    const data = type === 'float32' ? new Float32Array(size) : new Uint16Array(size)
    return [input, new Tensor(type, data, [1, ...shape])] as const
  })
  return new KeyValueState(new Map([...tensors, ...fixed]), 0, fixed.length > 0)
}

/** A copy of `state`, which must be on the CPU and stays as it is. */
export function copyState(state: KeyValueState, { Tensor }: OnnxRuntime): KeyValueState {
  const tensors = [...state.tensors].map(([input, tensor]) => {
    const { type, data, dims } = tensor as TypedTensor<CacheType>
    return [input, new Tensor(type, data.slice(), dims)] as const
  })
  return new KeyValueState(new Map(tensors), state.length, state.isWhole)
}

/** A copy of the first `length` tokens of `state`, which must be on the CPU, not whole, and stays as it is. */
export function cutState(
  state: KeyValueState,
  length: number,
  caches: CacheSlot[],
  runtime: OnnxRuntime,
): KeyValueState {
  const tensors = caches.map(slot => {
    const source = state.tensors.get(slot.input) as TypedTensor<CacheType>
    return [slot.input, cutTensor(source, length, slot, runtime)] as const
  })
  return new KeyValueState(new Map(tensors), length)
}

function cutTensor(
  source: TypedTensor<CacheType>,
  length: number,
  slot: CacheSlot,
  { Tensor }: OnnxRuntime,
): Tensor {
  const { heads, headSize } = slot
  const rowLength = (source.dims[2] as number) * headSize
  const data = source.data.slice(0, heads * length * headSize)
  for (let head = 0; head < heads; head++) {
    data.set(
      source.data.subarray(head * rowLength, head * rowLength + length * headSize),
      head * length * headSize,
    )
  }
  return new Tensor(slot.type, data, [1, heads, length, headSize])
}
