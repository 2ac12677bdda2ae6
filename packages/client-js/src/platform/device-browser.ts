import type { DeviceFacts, Platform } from './platform.ts'

/** Browsers that tell say this at most, whatever there is. @see W3C Device Memory */
const mostToldGigabytes = 8

/** The browser's own parts that its types do not know. */
interface DeviceNavigator {
  deviceMemory?: number
  gpu?: { requestAdapter(): Promise<Adapter | null> }
  getBattery?: () => Promise<{ charging: boolean; level: number }>
}

interface Adapter {
  features: ReadonlySet<string>
  limits: { maxBufferSize: number }
  info?: { architecture: string; description: string; isFallbackAdapter?: boolean }
}

/** What this machine has, as far as the platform tells. */
export async function deviceFacts(): Promise<DeviceFacts> {
  const { deviceMemory } = here()
  const [storageBytes, gpu] = await Promise.all([freeStorage(), adapter()])
  return {
    cores: navigator.hardwareConcurrency ?? 1,
    ...(deviceMemory !== undefined &&
      deviceMemory < mostToldGigabytes && { memoryBytes: deviceMemory * 2 ** 30 }),
    ...(storageBytes !== undefined && { storageBytes }),
    ...(gpu !== undefined && { gpu }),
  }
}

export const deviceConditions: Platform['deviceConditions'] = async () => {
  const [battery, heat] = await Promise.all([batteryLevel(), pressure()])
  return { battery, heat }
}

function here(): DeviceNavigator {
  return navigator as DeviceNavigator
}

async function freeStorage(): Promise<number | undefined> {
  try {
    const { quota, usage = 0 } = await navigator.storage.estimate()
    return quota === undefined ? undefined : Math.max(0, quota - usage)
  } catch {
    return undefined
  }
}

async function adapter(): Promise<DeviceFacts['gpu']> {
  const found = await here()
    .gpu?.requestAdapter()
    .catch(() => null)
  if (!found) return undefined
  const { info } = found
  const isImitated = /swiftshader|llvmpipe/i.test(`${info?.architecture} ${info?.description}`)
  if (info?.isFallbackAdapter === true || isImitated) return undefined
  return { maxBufferBytes: found.limits.maxBufferSize, hasFloat16: found.features.has('shader-f16') }
}

/** @see W3C Battery Status API */
async function batteryLevel(): Promise<number> {
  const battery = await here()
    .getBattery?.()
    .catch(() => undefined)
  return battery === undefined || battery.charging ? 1 : battery.level
}

type PressureState = 'nominal' | 'fair' | 'serious' | 'critical'

interface PressureObserver {
  observe(source: 'cpu'): Promise<void>
  disconnect(): void
}

type PressureObserverClass = new (callback: (records: { state: PressureState }[]) => void) => PressureObserver

const heatOf: Record<PressureState, number> = { nominal: 0, fair: 0.2, serious: 0.7, critical: 1 }

/** The first reading; nobody waits for one longer than a moment. @see W3C Compute Pressure */
async function pressure(): Promise<number> {
  const { PressureObserver } = globalThis as { PressureObserver?: PressureObserverClass }
  if (PressureObserver === undefined) return 0
  return new Promise(resolve => {
    const observer = new PressureObserver(records => end(heatOf[records.at(-1)?.state ?? 'nominal']))
    const timer = setTimeout(() => end(0), 1500)
    const end = (heat: number) => {
      clearTimeout(timer)
      observer.disconnect()
      resolve(heat)
    }
    observer.observe('cpu').catch(() => end(0))
  })
}
