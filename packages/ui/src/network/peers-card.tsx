import type { PeerConnectionInfo, PeerInfo } from '@lomusai/client-js'
import { ArrowDownLeft, ArrowUpRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../ui/card.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { formatDuration, formatTime } from '../ui/format.ts'

export interface PeersCardProps {
  title: string
  peers: PeerInfo[]
  /** Below the peers. */
  children?: ReactNode
}

/** Peers and how each is connected. */
export function PeersCard({ title, peers, children }: PeersCardProps) {
  const { t } = useTranslation()
  return (
    <Card title={title} aside={<span className="text-sm tabular-nums text-ink-faint">{peers.length}</span>}>
      {peers.length === 0 && <p className="text-sm text-ink-faint">{t('network.noPeers')}</p>}
      <ul className="divide-y divide-line">
        {peers.map(peer => (
          <li key={peer.peerId} className="py-3 first:pt-0 last:pb-0">
            <Copyable name={t('network.peerId')} value={peer.peerId} />
            <ul className="mt-1.5 space-y-1.5">
              {peer.connections.map(connection => (
                <PeerConnection
                  key={`${connection.address}-${connection.openedAt}`}
                  connection={connection}
                />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {children !== undefined && <div className="mt-5 border-t border-line pt-5">{children}</div>}
    </Card>
  )
}

function PeerConnection({ connection }: { connection: PeerConnectionInfo }) {
  const { t, i18n } = useTranslation()
  const Arrow = connection.direction === 'inbound' ? ArrowDownLeft : ArrowUpRight
  return (
    <li data-place="peer" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-soft">
      <span className="rounded-full bg-light-tint px-2 py-0.5 font-medium text-light-ink">
        {connection.transport}
      </span>
      <span className="inline-flex items-center gap-1">
        <Arrow aria-hidden size={13} />
        {t(`network.${connection.direction}`)}
      </span>
      {connection.latencyMs !== undefined && (
        <span className="tabular-nums">
          <span className="sr-only">{t('network.latency')} </span>
          {formatDuration(connection.latencyMs, i18n.language)}
        </span>
      )}
      <span className="tabular-nums text-ink-faint">
        {t('network.since')} {formatTime(connection.openedAt, i18n.language)}
      </span>
      <code className="w-full min-w-0 font-mono break-all text-ink-faint">{connection.address}</code>
    </li>
  )
}
