import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { ApiKeysCard } from './api-keys-card.tsx'
import { ClaimCard } from './claim-card.tsx'
import { GrantsCard } from './grants-card.tsx'
import { PublicCard } from './public-card.tsx'
import { useAccess } from './use-access.ts'

/** Who may do what on the server: what anybody may, what was given to whom, and keys for programs. */
export default function AccessPage() {
  const { t } = useTranslation()
  const { access, reload, change } = useAccess()
  return (
    <Page title={t('access.title')} intro={t('access.intro')}>
      {access.state === 'loading' && (
        <p role="status" className="text-sm text-ink-faint">
          {t('app.loading')}
        </p>
      )}
      {access.state === 'failed' && (
        <Notice tone="danger" actions={<Button onClick={() => void reload()}>{t('action.retry')}</Button>}>
          {t(`errors.${access.error.code}.title`)}. {t(`errors.${access.error.code}.next`)}
        </Notice>
      )}
      {access.state === 'guest' && <ClaimCard change={change} />}
      {access.state === 'owner' && (
        <>
          <GrantsCard grants={access.grants} change={change} />
          <ApiKeysCard change={change} />
          <PublicCard commands={access.publicCommands} />
        </>
      )}
    </Page>
  )
}
