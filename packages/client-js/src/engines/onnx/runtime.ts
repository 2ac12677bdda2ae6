import type { Env, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-web'

/** The parts of onnxruntime-web the engine uses; each build of it exports these. */
export interface OnnxRuntime {
  readonly InferenceSession: InferenceSessionFactory
  readonly Tensor: TensorConstructor
  readonly env: Env
}

/** Where arithmetic can happen here: `cpu` is native onnxruntime in Node, where `onnxruntime-node` is installed. */
export type LocalDevice = 'webgpu' | 'wasm' | 'cpu'

export interface OnnxRuntimeOptions {
  /** Threads of WASM or of the processor. Above 1 a browser page must be cross-origin isolated. @default all cores for `cpu`; for WASM 1, or half the cores in an isolated page, at most 4 */
  threadCount?: number
  /**
   * Where a browser loads `ort-wasm-simd-threaded*.wasm` and `.mjs` from: the URL of their folder, with a slash
   * at the end. Node reads them from the package. @default beside the script, where bundlers put them
   */
  wasmUrl?: string
}

/** What `#onnxruntime` exports, for browsers and for Node. */
export interface OnnxRuntimeLoader {
  /** Each device has its own build; a build is loaded once and keeps its first options. */
  loadOnnxRuntime(device: LocalDevice, options: OnnxRuntimeOptions): Promise<OnnxRuntime>
  /** Threads WASM computes in. */
  wasmThreadCount(options: OnnxRuntimeOptions): number
  /** Devices worth trying here, best first. */
  availableDevices(): Promise<DeviceSupport[]>
}

export interface DeviceSupport {
  device: LocalDevice
  /** The device computes with 16-bit floats. */
  hasFloat16: boolean
}
