import type { ErrorDescription, ModelId, ModelInfo, PlaceKind } from '@lomusai/client-js'
import { useCallback, useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'
import { describeError } from '../lumos/describe-error.ts'

export type ModelList =
  | { state: 'loading' }
  | { state: 'failed'; error: ErrorDescription }
  | { state: 'ready'; models: ModelInfo[]; defaultModelId: ModelId }

/** The models of a place, with how they run there. Reading starts the place. */
export function useModelList(place: PlaceKind): { list: ModelList; reload(): Promise<void> } {
  const { lumos } = useApp()
  const [read, setRead] = useState<{ place: PlaceKind; list: ModelList }>()
  const reload = useCallback(async () => {
    try {
      const client = await lumos.client(place)
      const result = await client.getModels()
      setRead({ place, list: { state: 'ready', ...result } })
    } catch (error) {
      setRead({ place, list: { state: 'failed', error: describeError(error) } })
    }
  }, [lumos, place])
  useEffect(() => void reload(), [reload])
  const list: ModelList = read?.place === place ? read.list : { state: 'loading' }
  return { list, reload }
}
