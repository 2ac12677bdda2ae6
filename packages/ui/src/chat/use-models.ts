import type { ModelId, ModelInfo, PlaceKind } from '@lomusai/client-js'
import { useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'

export interface Models {
  state: 'waiting' | 'ready' | 'failed'
  models: ModelInfo[]
  /** The one that answers when none is chosen. */
  defaultModelId?: ModelId
  /** The chosen one, if the place has it; otherwise the default. */
  current?: ModelInfo
}

const waiting: Models = { state: 'waiting', models: [] }

/** The models of a place, read once it runs. */
export function useModels(place: PlaceKind): Models {
  const { lumos } = useApp()
  const { state } = useObservable(lumos.places[place].status)
  const { modelIds } = useObservable(lumos.settings)
  const [read, setRead] = useState<{ place: PlaceKind; models: Models }>()
  const isReady = state === 'ready'
  useEffect(() => {
    if (!isReady) return
    let isCurrent = true
    lumos
      .client(place)
      .then(client => client.getModels())
      .then(
        result => isCurrent && setRead({ place, models: { state: 'ready', ...result } }),
        () => isCurrent && setRead({ place, models: { state: 'failed', models: [] } }),
      )
    return () => {
      isCurrent = false
    }
  }, [lumos, place, isReady])
  if (read?.place !== place) return waiting
  const { models } = read
  const find = (modelId: ModelId | undefined) => models.models.find(model => model.modelId === modelId)
  const current = find(modelIds[place]) ?? find(models.defaultModelId)
  return current === undefined ? models : { ...models, current }
}
