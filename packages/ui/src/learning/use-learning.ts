import type { AdaptationReport, ErrorDescription, LumosClient, PlaceKind } from '@lomusai/client-js'
import { useCallback, useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'
import { describeError } from '../lumos/describe-error.ts'
import { useObservable } from '../observable.ts'

export interface Learning {
  /** What the place learned; `[]` where it learns nothing, undefined while it is asked. */
  reports: AdaptationReport[] | undefined
  error: ErrorDescription | undefined
  /** Makes one change at the place, and reads what it learned anew. */
  change(work: (client: LumosClient) => Promise<unknown>): Promise<void>
}

export function useLearning(place: PlaceKind): Learning {
  const { lumos } = useApp()
  const learns = useObservable(lumos.learns)[place]
  const [read, setRead] = useState<{
    place: PlaceKind
    reports?: AdaptationReport[]
    error?: ErrorDescription
  }>()
  const reload = useCallback(async () => {
    try {
      const client = await lumos.client(place)
      setRead({ place, reports: await client.adaptation.list() })
    } catch (error) {
      setRead({ place, error: describeError(error) })
    }
  }, [lumos, place])
  // Again when the place begins to learn, or stops.
  useEffect(() => void (learns !== undefined && reload()), [reload, learns])
  const change: Learning['change'] = async work => {
    await work(await lumos.client(place))
    await reload()
  }
  const current = read?.place === place ? read : undefined
  return { reports: current?.reports, error: current?.error, change }
}
