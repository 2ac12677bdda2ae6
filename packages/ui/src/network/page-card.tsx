import type { Identity } from '@lomusai/client-js'
import { peerIdFromDid } from '@lomusai/client-js/identity'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useMe } from '../lumos/use-me.ts'
import { Card } from '../ui/card.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { Fact, Facts } from './facts.tsx'

/** Who this page is. */
export function PageCard() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const me = useMe()
  const [identity, setIdentity] = useState<Identity>()
  const [hasFailed, setHasFailed] = useState(false)
  useEffect(() => {
    if (me.state === 'opening') return
    lumos.identity().then(setIdentity, () => setHasFailed(true))
  }, [lumos, me])
  return (
    <Card title={t('network.page')} hint={t('network.pageHint')}>
      {hasFailed && (
        <p role="alert" className="text-sm text-danger">
          {t('errors.identity-unavailable.title')}. {t('errors.identity-unavailable.next')}
        </p>
      )}
      {identity !== undefined && (
        <Facts>
          <Fact name={t('network.did')}>
            <Copyable name={t('network.did')} value={identity.did} />
          </Fact>
          <Fact name={t('network.peerId')}>
            <Copyable name={t('network.peerId')} value={peerIdFromDid(identity.did)} />
          </Fact>
        </Facts>
      )}
    </Card>
  )
}
