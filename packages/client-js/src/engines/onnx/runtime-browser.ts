import type { DeviceSupport, LocalDevice, OnnxRuntime, OnnxRuntimeOptions } from './runtime.ts'

/** The build with WebGPU has the CPU kernels too, but nearly twice the size: without a GPU the plain one is loaded. */
export async function loadOnnxRuntime(
  device: LocalDevice,
  options: OnnxRuntimeOptions,
): Promise<OnnxRuntime> {
  const runtime: OnnxRuntime =
    device === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm')
  const { wasm } = runtime.env
  if (options.wasmUrl !== undefined) wasm.wasmPaths ??= options.wasmUrl
  wasm.numThreads ??= wasmThreadCount(options)
  runtime.env.logLevel = 'error'
  return runtime
}

export async function availableDevices(): Promise<DeviceSupport[]> {
  const adapter = await gpu()
    ?.requestAdapter()
    .catch(() => null)
  const wasm: DeviceSupport = { device: 'wasm', hasFloat16: false }
  if (!adapter) return [wasm]
  const webgpu: DeviceSupport = { device: 'webgpu', hasFloat16: adapter.features.has('shader-f16') }
  return isSoftware(adapter) ? [wasm, webgpu] : [webgpu, wasm]
}

/** A GPU that the processor imitates is correct, and some hundred times slower than WASM. */
function isSoftware({ info }: GpuAdapter): boolean {
  return (
    info?.isFallbackAdapter === true ||
    /swiftshader|llvmpipe/i.test(`${info?.architecture} ${info?.description}`)
  )
}

/** WASM threads need shared memory, which pages have only when cross-origin isolated. */
export function wasmThreadCount({ threadCount }: OnnxRuntimeOptions): number {
  if (threadCount !== undefined) return threadCount
  if (!globalThis.crossOriginIsolated) return 1
  return Math.max(1, Math.min(4, Math.floor((navigator.hardwareConcurrency ?? 1) / 2)))
}

interface GpuAdapter {
  features: ReadonlySet<string>
  /** @see WebGPU, GPUAdapterInfo */
  info?: { architecture: string; description: string; isFallbackAdapter?: boolean }
}

interface Gpu {
  requestAdapter(): Promise<GpuAdapter | null>
}

function gpu(): Gpu | undefined {
  return (navigator as Navigator & { gpu?: Gpu }).gpu
}
