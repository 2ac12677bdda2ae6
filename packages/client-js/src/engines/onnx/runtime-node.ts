import type { DeviceSupport, LocalDevice, OnnxRuntime, OnnxRuntimeOptions } from './runtime.ts'

/** Node runs the WASM build, read from the package itself: no install script, no network. */
export async function loadOnnxRuntime(
  _device: LocalDevice,
  options: OnnxRuntimeOptions,
): Promise<OnnxRuntime> {
  const runtime: OnnxRuntime = await import('onnxruntime-web')
  runtime.env.wasm.numThreads ??= options.threadCount ?? 1
  runtime.env.logLevel = 'error'
  return runtime
}

export async function availableDevices(): Promise<DeviceSupport[]> {
  return [{ device: 'wasm', hasFloat16: false }]
}
