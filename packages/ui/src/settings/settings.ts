import type { AgentId, ModelId, PlaceKind } from '@lomusai/client-js'
import { Observable } from '../observable.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Language = 'en' | 'zh'
/** Where to ask: one place, or the first of local, cloud and peer that can answer. */
export type PlaceChoice = PlaceKind | 'auto'

/** What this browser remembers. */
export interface Settings {
  theme: Theme
  language: Language
  place: PlaceChoice
  /** Origin of the server; empty for the one this page came from. */
  serverUrl: string
  /** Multiaddrs of peers to ask. */
  peerAddresses: string[]
  agentId: AgentId
  /** Chosen model by place; absent for the place's default. */
  modelIds: Partial<Record<PlaceChoice, ModelId>>
  /** The local place was used before, so its conversations are worth loading. */
  hasUsedLocal: boolean
  /** The local place may learn from ratings. */
  learns: boolean
}

const storageKey = 'lumos.settings'

function defaults(): Settings {
  return {
    theme: 'system',
    language: navigator.language.startsWith('zh') ? 'zh' : 'en',
    place: 'auto',
    serverUrl: '',
    peerAddresses: [],
    agentId: 'assistant' as AgentId,
    modelIds: {},
    hasUsedLocal: false,
    learns: false,
  }
}

/** Reads the remembered settings and remembers every change. Blocked storage means a session that forgets. */
export function openSettings(storage: Storage): Observable<Settings> {
  const settings = new Observable<Settings>({ ...defaults(), ...read(storage) })
  settings.subscribe(() => {
    try {
      storage.setItem(storageKey, JSON.stringify(settings.get()))
    } catch {
      // Full or blocked storage: the choice holds until the page closes.
    }
  })
  return settings
}

function read(storage: Storage): Partial<Settings> {
  try {
    const value: unknown = JSON.parse(storage.getItem(storageKey) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
