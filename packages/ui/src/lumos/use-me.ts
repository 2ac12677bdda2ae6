import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import type { MeState } from './me.ts'

/** Who this page is. */
export function useMe(): MeState {
  return useObservable(useApp().lumos.me.state)
}
