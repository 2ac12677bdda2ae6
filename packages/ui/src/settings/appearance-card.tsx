import { Monitor, Moon, Sun } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { Card } from '../ui/card.tsx'
import { Segments } from '../ui/segments.tsx'
import type { Language, Theme } from './settings.ts'

export function AppearanceCard() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const { theme, language } = useObservable(lumos.settings)
  return (
    <Card title={t('settings.appearance')}>
      <div className="flex flex-wrap gap-x-12 gap-y-5">
        <Segments<Theme>
          label={t('settings.theme')}
          value={theme}
          onChange={theme => lumos.settings.update(settings => ({ ...settings, theme }))}
          options={[
            { value: 'system', text: t('settings.themeSystem'), icon: Monitor },
            { value: 'light', text: t('settings.themeLight'), icon: Sun },
            { value: 'dark', text: t('settings.themeDark'), icon: Moon },
          ]}
        />
        <Segments<Language>
          label={t('settings.language')}
          value={language}
          onChange={language => lumos.settings.update(settings => ({ ...settings, language }))}
          options={[
            { value: 'en', text: 'English', lang: 'en' },
            { value: 'zh', text: '中文', lang: 'zh-CN' },
          ]}
        />
      </div>
    </Card>
  )
}
