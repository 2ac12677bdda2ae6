import type { NodeInfo } from '@lomusai/client-js'
import { Share2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { isPeerAddress } from '../settings/peer-address.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { Fact, Facts } from './facts.tsx'
import type { useDial } from './use-dial.ts'

export interface NodeCardProps {
  node: NodeInfo | undefined
  isUnreachable: boolean
  dialling: ReturnType<typeof useDial>
}

/** The server's node: who it is and where it can be reached. */
export function NodeCard({ node, isUnreachable, dialling }: NodeCardProps) {
  const { t } = useTranslation()
  return (
    <Card title={t('network.node')} {...(node !== undefined && { hint: `${node.name} · ${node.version}` })}>
      {isUnreachable && <p className="text-sm text-ink-soft">{t('network.unreachable')}</p>}
      {node !== undefined && (
        <Facts>
          <Fact name={t('network.did')}>
            <Copyable name={t('network.did')} value={node.nodeId} />
          </Fact>
          <Fact name={t('network.peerId')}>
            <Copyable name={t('network.peerId')} value={node.peerId} />
          </Fact>
          <Fact name={t('network.addresses')}>
            {node.addresses.length === 0 && t('network.noAddresses')}
            <ul className="space-y-1">
              {node.addresses.map(address => (
                <li key={address}>
                  <Copyable name={t('network.address')} value={address} />
                  {isPeerAddress(address) && (
                    <Button
                      className="mt-1 mb-1.5 min-h-8 px-3"
                      disabled={dialling.state === 'dialling'}
                      onClick={() => void dialling.dial(address)}
                    >
                      <Share2 aria-hidden size={14} />
                      {dialling.address === address ? t('network.dialling') : t('network.dialThis')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </Fact>
          <Fact name={t('network.protocol')}>
            <code className="font-mono text-[0.82rem] text-ink-soft">{node.protocol}</code>
          </Fact>
        </Facts>
      )}
    </Card>
  )
}
