import { useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'
import { useMe } from '../lumos/use-me.ts'

/** What this page gives to those who entrust it with a share, or pass one on to it; undefined while its key is locked. */
export function useGuardianKey(): string | undefined {
  const { lumos } = useApp()
  const me = useMe()
  const [key, setKey] = useState<string>()
  useEffect(() => {
    let isCurrent = true
    const read = async () => {
      const { createGuardianKey } = await import('@lomusai/client-js/identity')
      return createGuardianKey(await lumos.identity())
    }
    read().then(
      key => isCurrent && setKey(key),
      () => isCurrent && setKey(undefined),
    )
    return () => {
      isCurrent = false
    }
  }, [lumos, me])
  return key
}
