import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../lumos/use-me.ts'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { Beginnings } from './beginnings.tsx'
import { DevicesCard } from './devices-card.tsx'
import { GuardiansCard } from './guardians-card.tsx'
import { LeaveCard } from './leave-card.tsx'
import { PersonCard } from './person-card.tsx'
import { RecoveryCard } from './recovery-card.tsx'
import { WordsCard } from './words-card.tsx'

/** Who this page is, the person's devices, and the ways to become and to stay that person. */
export default function IdentityPage() {
  const { t } = useTranslation()
  const me = useMe()
  const [words, setWords] = useState<string>()
  return (
    <Page title={t('identity.title')} intro={t('identity.intro')}>
      {me.state === 'opening' && (
        <p role="status" className="text-sm text-ink-faint">
          {t('app.loading')}
        </p>
      )}
      {me.state === 'failed' && (
        <>
          <Notice tone="danger">
            {t(`errors.${me.error.code}.title`)}. {t(`errors.${me.error.code}.next`)}
          </Notice>
          <LeaveCard />
        </>
      )}
      {me.state === 'nobody' && <Beginnings onWords={setWords} />}
      {me.state === 'person' &&
        (words !== undefined ? (
          <WordsCard did={me.person.did} words={words} onKept={() => setWords(undefined)} />
        ) : (
          <>
            <PersonCard me={me} />
            <DevicesCard me={me} />
            <RecoveryCard me={me} onWords={setWords} />
            <GuardiansCard />
            <LeaveCard me={me} />
          </>
        ))}
    </Page>
  )
}
