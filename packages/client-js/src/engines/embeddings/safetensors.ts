import { type JsonValue, LumosError } from '../../contracts/index.ts'
import { halfToFloat, isJsonObject, utf8 } from '../../core/index.ts'

/** A tensor of a `.safetensors` file: row-major, little-endian. */
export interface StoredTensor {
  type: string
  shape: number[]
  bytes: Uint8Array
}

const headerLengthBytes = 8
const maxHeaderBytes = 100e6
const bytesOfType: Record<string, number> = { I8: 1, U8: 1, F16: 2, BF16: 2, F32: 4, F64: 8, I32: 4, I64: 8 }

/**
 * The tensors of a file by name. Their bytes are views of `file`.
 *
 * @throws {LumosError} `model-unavailable` for a file that is not whole or not of this format
 * @see https://github.com/huggingface/safetensors, Format
 */
export function readSafetensors(file: Uint8Array): Map<string, StoredTensor> {
  if (file.length < headerLengthBytes) throw broken('it is too short')
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true)
  if (length > BigInt(Math.min(maxHeaderBytes, file.length - headerLengthBytes))) throw broken('it is cut')
  const start = headerLengthBytes + Number(length)
  const header = parseHeader(file.subarray(headerLengthBytes, start))
  const data = file.subarray(start)
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(header)) {
    if (name !== '__metadata__') tensors.set(name, tensorOf(name, entry, data))
  }
  return tensors
}

/** Of F32, F16, F64 and I8. @throws {LumosError} `model-unavailable` for other types */
export function toFloats({ type, bytes }: StoredTensor): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const count = bytes.length / (bytesOfType[type] ?? 1)
  const each = (read: (at: number) => number) => Float32Array.from({ length: count }, (_, at) => read(at))
  if (type === 'F32') return each(at => view.getFloat32(at * 4, true))
  if (type === 'F64') return each(at => view.getFloat64(at * 8, true))
  if (type === 'F16') return each(at => halfToFloat(view.getUint16(at * 2, true)))
  if (type === 'I8') return each(at => view.getInt8(at))
  throw broken(`it holds numbers of type ${type}`)
}

function parseHeader(bytes: Uint8Array): Record<string, JsonValue> {
  let header: JsonValue
  try {
    header = JSON.parse(utf8.decode(bytes)) as JsonValue
  } catch {
    throw broken('its header is not JSON')
  }
  if (!isJsonObject(header)) throw broken('its header is no object')
  return header
}

function tensorOf(name: string, entry: JsonValue, data: Uint8Array): StoredTensor {
  if (!isJsonObject(entry)) throw broken(`${name} is not described`)
  const { dtype, shape, data_offsets: offsets } = entry
  const isRange = Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize)
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !shape.every(isSize) || !isRange) {
    throw broken(`${name} is not described`)
  }
  const [from, to] = offsets as [number, number]
  const wanted = shape.reduce((product, dim) => product * dim, bytesOfType[dtype] ?? 0)
  if (from > to || to > data.length || to - from !== wanted) throw broken(`${name} does not fit its shape`)
  return { type: dtype, shape, bytes: data.subarray(from, to) }
}

function isSize(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function broken(why: string): LumosError {
  return new LumosError('model-unavailable', `The model cannot be read: ${why}.`)
}
