import { useTranslation } from 'react-i18next'
import { Page } from '../ui/page.tsx'
import { AboutCard } from './about-card.tsx'
import { AppearanceCard } from './appearance-card.tsx'
import { ConnectionCard } from './connection-card.tsx'
import { DataCard } from './data-card.tsx'

export default function SettingsPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('settings.title')}>
      <AppearanceCard />
      <ConnectionCard />
      <DataCard />
      <AboutCard />
    </Page>
  )
}
