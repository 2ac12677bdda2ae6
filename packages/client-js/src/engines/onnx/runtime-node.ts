import { createRequire } from 'node:module'
import { LumosError } from '../../contracts/index.ts'
import type { DeviceSupport, LocalDevice, OnnxRuntime, OnnxRuntimeOptions } from './runtime.ts'

/** Optional, and no word for bundlers. */
const nativePackage = 'onnxruntime-node'

/** WASM is read from the package itself: no install script, no network. */
export async function loadOnnxRuntime(
  device: LocalDevice,
  options: OnnxRuntimeOptions,
): Promise<OnnxRuntime> {
  if (device === 'cpu') return loadNativeRuntime()
  const runtime: OnnxRuntime = await import('onnxruntime-web')
  runtime.env.wasm.numThreads ??= wasmThreadCount(options)
  runtime.env.logLevel = 'error'
  return runtime
}

export function wasmThreadCount({ threadCount }: OnnxRuntimeOptions): number {
  return threadCount ?? 1
}

/** Native comes after WASM, which has no code of its own to trust: whoever wants it asks for `cpu`. */
export async function availableDevices(): Promise<DeviceSupport[]> {
  const wasm: DeviceSupport = { device: 'wasm', hasFloat16: false }
  return isNativeInstalled() ? [wasm, { device: 'cpu', hasFloat16: false }] : [wasm]
}

async function loadNativeRuntime(): Promise<OnnxRuntime> {
  try {
    const module: OnnxRuntime & { default?: OnnxRuntime } = await import(nativePackage)
    const runtime = module.default ?? module
    runtime.env.logLevel = 'error'
    return runtime
  } catch (cause) {
    const message = `Native inference needs the package ${nativePackage}: install it beside this one.`
    throw new LumosError('model-unavailable', message, { cause })
  }
}

function isNativeInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(nativePackage)
    return true
  } catch {
    return false
  }
}
