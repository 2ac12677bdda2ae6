import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Observable } from '../observable.ts'
import type { Language, Settings } from '../settings/settings.ts'
import { en } from './en.ts'

const tags: Record<Language, string> = { en: 'en', zh: 'zh-CN' }

/** Starts in the remembered language and follows the setting. Chinese loads only for those who read it. */
export async function startI18n(settings: Observable<Settings>): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  let shown: Language = 'en'
  const follow = async () => {
    const { language } = settings.get()
    if (language !== shown) await show(language)
    shown = language
    document.documentElement.lang = tags[language]
  }
  settings.subscribe(() => void follow())
  await follow()
}

async function show(language: Language): Promise<void> {
  if (language === 'zh' && !i18next.hasResourceBundle('zh', 'translation')) {
    const { zh } = await import('./zh.ts')
    i18next.addResourceBundle('zh', 'translation', zh)
  }
  await i18next.changeLanguage(language)
}
