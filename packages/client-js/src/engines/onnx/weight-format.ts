import type { DeviceSupport } from './runtime.ts'

/** A quantisation of the weights, as Hugging Face's ONNX exports name it. */
export type WeightFormat = 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | 'q4f16'

const fileSuffix: Record<WeightFormat, string> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
}

/** Path of the graph inside a model folder. */
export function weightPath(format: WeightFormat): string {
  return `onnx/model${fileSuffix[format]}.onnx`
}

/**
 * The formats that run well on a device, best first. One-row products of 4-bit weights are five times slower than
 * 8-bit ones on WASM; 8-bit ones are not a WebGPU format, so there they come last.
 */
export function weightFormats({ device, hasFloat16 }: DeviceSupport): WeightFormat[] {
  // 4-bit weights keep rows of a batch apart, which 8-bit activations do not, and are unpacked once at load.
  if (device === 'cpu') return ['q4', 'fp32', 'int8', 'q8', 'uint8', 'q4f16', 'fp16']
  if (device === 'wasm') return ['int8', 'q8', 'uint8', 'q4', 'fp32', 'q4f16', 'fp16']
  return hasFloat16
    ? ['q4f16', 'q4', 'fp16', 'fp32', 'int8', 'q8', 'uint8']
    : ['q4', 'fp32', 'int8', 'q8', 'uint8']
}
