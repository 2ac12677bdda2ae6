import type { PrincipalDid } from '@lomusai/client-js'
import { useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'
import { useMe } from './use-me.ts'

/** Whose requests this page sends: the person's or the page's own key; undefined until known. */
export function useDid(): PrincipalDid | undefined {
  const { lumos } = useApp()
  const me = useMe()
  const [did, setDid] = useState<PrincipalDid>()
  useEffect(() => {
    if (me.state === 'person') setDid(me.person.did)
    else
      lumos.identity().then(
        identity => setDid(identity.did),
        () => setDid(undefined),
      )
  }, [lumos, me])
  return did
}
