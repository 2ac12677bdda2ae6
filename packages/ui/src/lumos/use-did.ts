import type { Did } from '@lomusai/client-js'
import { useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'

/** Who signs this page's requests; undefined until known. */
export function useDid(): Did | undefined {
  const { lumos } = useApp()
  const [did, setDid] = useState<Did>()
  useEffect(() => {
    lumos.identity.then(identity => setDid(identity.did)).catch(() => undefined)
  }, [lumos])
  return did
}
