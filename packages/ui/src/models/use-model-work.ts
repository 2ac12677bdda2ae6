import type { ErrorDescription, LoadProgress, ModelId, PlaceKind } from '@lomusai/client-js'
import { useEffect, useRef, useState } from 'react'
import { useApp } from '../app-context.ts'
import { describeError } from '../lumos/describe-error.ts'
import type { Lumos } from '../lumos/lumos.ts'

export type ModelWork =
  | { state: 'idle' }
  | { state: 'downloading'; progress?: LoadProgress }
  | { state: 'measuring' }
  | { state: 'failed'; error: ErrorDescription }

/** Long enough to tell reading from writing, short enough to wait for. */
const measureWords = 'Count slowly from one to twenty, in words, and say nothing else. '.repeat(3)
const measureTokens = 24

/** One thing at a time with one model; `done` is called after what changed something. */
export function useModelWork(place: PlaceKind, modelId: ModelId, done: () => Promise<void>) {
  const { lumos } = useApp()
  const [work, setWork] = useState<ModelWork>({ state: 'idle' })
  const running = useRef<AbortController>(undefined)
  // A page that was left measures no more; a download goes on with what it has, next time.
  useEffect(() => () => running.current?.abort(), [])
  const run = async (begin: ModelWork, task: (signal: AbortSignal) => Promise<void>) => {
    const controller = new AbortController()
    running.current = controller
    setWork(begin)
    try {
      await task(controller.signal)
      await done()
      setWork({ state: 'idle' })
    } catch (error) {
      setWork(
        controller.signal.aborted ? { state: 'idle' } : { state: 'failed', error: describeError(error) },
      )
    }
  }
  return {
    work,
    cancel: () => running.current?.abort(),
    download: () =>
      run({ state: 'downloading' }, signal =>
        lumos.loadLocal(modelId, progress => setWork({ state: 'downloading', progress }), signal),
      ),
    measure: () => run({ state: 'measuring' }, signal => measure(lumos, place, modelId, signal)),
    remove: () =>
      run({ state: 'idle' }, async signal => {
        await (await lumos.downloads()).remove(modelId, { signal })
        if (lumos.modelId(place) === modelId) lumos.chooseModel(place, undefined)
      }),
  }
}

/** The node times every answer that has a model for itself: this is one. */
async function measure(lumos: Lumos, place: PlaceKind, modelId: ModelId, signal: AbortSignal): Promise<void> {
  const client = await lumos.client(place)
  const request = {
    messages: [{ role: 'user' as const, content: measureWords }],
    maxOutputTokens: measureTokens,
    temperature: 0,
  }
  for await (const _event of client.getModel(modelId).stream(request, { signal }));
}
