import type { JsonValue, ModelInfo, ModelSpeed, Store } from '../../contracts/index.ts'
import { isJsonObject, storeKey } from '../../core/index.ts'

/** What was measured of one model, on one device, with weights of one size. */
interface SpeedEntry extends ModelSpeed {
  device: string
  sizeBytes: number
  /** Answers that went into it. */
  count: number
}

const kind = 'model-speed'
/** Weight of the newest answer. */
const newest = 0.3
/** Of one model: devices and formats that were tried here. */
const maxEntries = 8

/** How fast models are here, learned from their answers and kept. */
export class SpeedBook {
  readonly #store: Store | undefined
  readonly #entries = new Map<string, SpeedEntry[]>()
  #loading: Promise<void> | undefined

  /** @param store - without it what was learned lasts as long as the process */
  constructor(store?: Store) {
    this.#store = store
  }

  /** Reads what was learned before. A store that fails only costs that. */
  async open(): Promise<void> {
    this.#loading ??= this.#load().catch(() => {})
    await this.#loading
  }

  /** Of a loaded model, on its device; of another, as it was last used. Undefined: never measured. */
  get(info: ModelInfo, place = 'local'): ModelSpeed | undefined {
    const entries = this.#entries.get(nameOf(info, place)) ?? []
    const found = info.device === undefined ? entries.at(-1) : entries.find(isOf(info))
    return found && { prefill: found.prefill, decode: found.decode }
  }

  /** @param sample - of one answer; a part is absent where it was too short to tell */
  async learn(info: ModelInfo, sample: Partial<ModelSpeed>, place = 'local'): Promise<void> {
    const name = nameOf(info, place)
    const entries = this.#entries.get(name) ?? []
    const known = entries.find(isOf(info))
    const { prefill, decode } = blend(known, sample)
    if (prefill === undefined || decode === undefined) return
    const device: string = info.device ?? 'unknown'
    const { sizeBytes = 0 } = info
    const entry: SpeedEntry = { device, sizeBytes, prefill, decode, count: (known?.count ?? 0) + 1 }
    const all = [...entries.filter(other => other !== known), entry].slice(-maxEntries)
    this.#entries.set(name, all)
    await this.#store?.put(name, all as unknown as JsonValue).catch(() => {})
  }

  async #load(): Promise<void> {
    if (this.#store === undefined) return
    for await (const { key, value } of this.#store.list({ prefix: `${kind}/` })) {
      const entries = (Array.isArray(value) ? value : []).filter(isEntry)
      // What was measured since the start is newer.
      if (!this.#entries.has(key)) this.#entries.set(key, entries)
    }
  }
}

function nameOf({ modelId }: ModelInfo, place: string): string {
  return storeKey(kind, place, modelId)
}

function isOf(info: ModelInfo) {
  const device: string = info.device ?? 'unknown'
  const { sizeBytes = 0 } = info
  return (entry: SpeedEntry) => entry.device === device && entry.sizeBytes === sizeBytes
}

function blend(known: SpeedEntry | undefined, sample: Partial<ModelSpeed>): Partial<ModelSpeed> {
  const mix = (old: number | undefined, value: number | undefined) => {
    if (value === undefined || !Number.isFinite(value) || value <= 0) return old
    return old === undefined ? value : old + newest * (value - old)
  }
  const decode = mix(known?.decode, sample.decode)
  const prefill = mix(known?.prefill, sample.prefill) ?? decode
  return { ...(decode !== undefined && { decode }), ...(prefill !== undefined && { prefill }) }
}

function isEntry(value: JsonValue): value is JsonValue & SpeedEntry {
  if (!isJsonObject(value)) return false
  const { device, sizeBytes, count, prefill, decode } = value
  return typeof device === 'string' && [sizeBytes, count, prefill, decode].every(Number.isFinite)
}
