import { type ToggleEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BrandMark } from '../shell/brand-mark.tsx'
import { Card } from '../ui/card.tsx'

interface Licence {
  name: string
  version: string
  licence: string
}

export function AboutCard() {
  const { t } = useTranslation()
  const [licences, setLicences] = useState<Licence[]>([])
  const load = (event: ToggleEvent<HTMLDetailsElement>) => {
    if (event.newState === 'open' && licences.length === 0) void fetchLicences().then(setLicences)
  }
  return (
    <Card title={t('settings.about')} aside={<BrandMark />}>
      <p className="text-sm text-ink-soft">{t('settings.aboutText', { version: __LUMOS_VERSION__ })}</p>
      <details onToggle={load} className="mt-4 text-sm">
        <summary className="w-fit rounded-sm font-medium">{t('settings.licences')}</summary>
        <ul className="mt-3 grid gap-x-8 gap-y-1 text-ink-soft sm:grid-cols-2">
          {licences.map(({ name, version, licence }) => (
            <li key={`${name}@${version}`} className="flex justify-between gap-4">
              <span className="truncate">
                {name} <span className="text-ink-faint">{version}</span>
              </span>
              <span className="shrink-0 text-ink-faint">{licence}</span>
            </li>
          ))}
        </ul>
      </details>
    </Card>
  )
}

/** The build writes the list; without it the app works, and the list stays empty. */
async function fetchLicences(): Promise<Licence[]> {
  const response = await fetch(`${import.meta.env.BASE_URL}licences.json`)
  return response.ok ? response.json() : []
}
