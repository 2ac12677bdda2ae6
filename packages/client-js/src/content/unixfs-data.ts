import { LumosError } from '../contracts/index.ts'

/** The `Data` of a UnixFS node, of the two kinds that a model needs. @see UnixFS 1.0, unixfs.proto */
export type UnixFsData = { type: 'directory' } | { type: 'file'; sizeBytes: number; blockSizes: number[] }

const typeField = 1
const fileSizeField = 3
const blockSizesField = 4
const typeCodes = { directory: 1, file: 2 } as const

export function encodeUnixFsData(data: UnixFsData): Uint8Array {
  const out: number[] = []
  writeField(out, typeField, typeCodes[data.type])
  if (data.type === 'file') {
    writeField(out, fileSizeField, data.sizeBytes)
    for (const size of data.blockSizes) writeField(out, blockSizesField, size)
  }
  return Uint8Array.from(out)
}

/** @throws {LumosError} `malformed-frame` for anything but a plain folder or a file of blocks */
export function decodeUnixFsData(bytes: Uint8Array): UnixFsData {
  const blockSizes: number[] = []
  let type: number | undefined
  let sizeBytes: number | undefined
  for (let offset = 0; offset < bytes.length; ) {
    const key = readVarint(bytes, offset)
    const value = readVarint(bytes, key.end)
    offset = value.end
    if (key.value === typeField * 8 && type === undefined) type = value.value
    else if (key.value === fileSizeField * 8 && sizeBytes === undefined) sizeBytes = value.value
    else if (key.value === blockSizesField * 8) blockSizes.push(value.value)
    else throw malformed()
  }
  if (type === typeCodes.directory && sizeBytes === undefined && blockSizes.length === 0) {
    return { type: 'directory' }
  }
  if (type !== typeCodes.file || sizeBytes !== blockSizes.reduce((sum, size) => sum + size, 0)) {
    throw malformed()
  }
  return { type: 'file', sizeBytes, blockSizes }
}

function writeField(out: number[], field: number, value: number): void {
  out.push(field * 8)
  let rest = value
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  out.push(rest)
}

function readVarint(bytes: Uint8Array, from: number): { value: number; end: number } {
  let value = 0
  let scale = 1
  for (let index = from; index < from + 8; index++) {
    const byte = bytes[index]
    if (byte === undefined) break
    value += (byte & 0x7f) * scale
    scale *= 128
    if (byte < 0x80 && Number.isSafeInteger(value)) return { value, end: index + 1 }
  }
  throw malformed()
}

function malformed(): LumosError {
  return new LumosError('malformed-frame', 'This is no UnixFS folder or file that holds a model')
}
