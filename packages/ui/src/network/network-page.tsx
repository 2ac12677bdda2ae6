import { useTranslation } from 'react-i18next'
import { Page } from '../ui/page.tsx'
import { DialPeer } from './dial-peer.tsx'
import { LiveMark } from './live-mark.tsx'
import { NodeCard } from './node-card.tsx'
import { PageCard } from './page-card.tsx'
import { PeersCard } from './peers-card.tsx'
import { PlacesCard } from './places-card.tsx'
import { useDial } from './use-dial.ts'
import { useNetwork } from './use-network.ts'

/** Which nodes this page reaches, over what, read again every few seconds. */
export default function NetworkPage() {
  const { t } = useTranslation()
  const network = useNetwork()
  const dialling = useDial()
  return (
    <Page
      title={t('network.title')}
      intro={t('network.intro')}
      aside={<LiveMark updatedAt={network.updatedAt} onRefresh={network.refresh} />}
    >
      <PlacesCard />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <PageCard />
        <NodeCard node={network.node} isUnreachable={network.isUnreachable} dialling={dialling} />
      </div>
      <PeersCard title={t('network.pagePeers')} peers={network.pagePeers}>
        <DialPeer dialling={dialling} />
      </PeersCard>
      {network.serverPeers !== undefined && (
        <PeersCard title={t('network.peers')} peers={network.serverPeers} />
      )}
    </Page>
  )
}
