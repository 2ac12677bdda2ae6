import type { Command, ErrorDescription, Grant, LumosClient } from '@lomusai/client-js'
import { useCallback, useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'
import { describeError } from '../lumos/describe-error.ts'

/** `guest`: the server does not let this page see its permissions. */
export type AccessState =
  | { state: 'loading' | 'guest' }
  | { state: 'owner'; grants: Grant[]; publicCommands: readonly Command[] }
  | { state: 'failed'; error: ErrorDescription }

export interface Access {
  access: AccessState
  reload(): Promise<void>
  /** Runs one change on the server and reads the permissions anew. */
  change<T>(work: (client: LumosClient) => Promise<T>): Promise<T>
}

/** The server's permissions, as far as this page may see them. */
export function useAccess(): Access {
  const { lumos } = useApp()
  const [access, setAccess] = useState<AccessState>({ state: 'loading' })
  const reload = useCallback(async () => {
    try {
      const client = await lumos.client('cloud')
      setAccess({ state: 'owner', ...(await client.access.list()) })
    } catch (cause) {
      const error = describeError(cause)
      setAccess(error.code === 'forbidden' ? { state: 'guest' } : { state: 'failed', error })
    }
  }, [lumos])
  useEffect(() => void reload(), [reload])
  const change: Access['change'] = async work => {
    const result = await work(await lumos.client('cloud'))
    await reload()
    return result
  }
  return { access, reload, change }
}
