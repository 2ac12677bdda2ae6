import type { NodeInfo, PeerInfo } from '@lomusai/client-js'
import { useCallback, useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'
import type { Lumos } from '../lumos/lumos.ts'

export interface Network {
  /** The server's node and whom it knows. */
  node?: NodeInfo
  serverPeers?: PeerInfo[]
  /** Whom this page is connected to, peer to peer. */
  pagePeers: PeerInfo[]
  isUnreachable: boolean
  updatedAt?: number
}

const intervalMs = 3000

/** The network as it is now, read every three seconds while the page is in sight. */
export function useNetwork(): Network & { refresh(): void } {
  const { lumos } = useApp()
  const [network, setNetwork] = useState<Network>({ pagePeers: [], isUnreachable: false })
  const refresh = useCallback(() => void readNetwork(lumos).then(setNetwork), [lumos])
  useEffect(() => {
    refresh()
    const timer = setInterval(() => document.hidden || refresh(), intervalMs)
    return () => clearInterval(timer)
  }, [refresh])
  return { ...network, refresh }
}

async function readNetwork(lumos: Lumos): Promise<Network> {
  const pagePeers = lumos.peer.get()?.peers() ?? []
  const updatedAt = Date.now()
  try {
    const client = await lumos.client('cloud')
    const [node, serverPeers] = await Promise.all([client.getNode(), client.getPeers()])
    return { node, serverPeers, pagePeers, isUnreachable: false, updatedAt }
  } catch {
    return { pagePeers, isUnreachable: true, updatedAt }
  }
}
