import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Page } from '../ui/page.tsx'

export function MissingPage() {
  const { t } = useTranslation()
  return (
    <Page title="404" intro={t('app.notFound')}>
      <Link to="/" className="underline underline-offset-4">
        {t('app.backToChat')}
      </Link>
    </Page>
  )
}
