import { useTranslation } from 'react-i18next'
import { useRouteError } from 'react-router'
import { Button } from '../ui/button.tsx'

/** What is shown when a page throws: why, and a way out. */
export function BrokenPage() {
  const { t } = useTranslation()
  const error = useRouteError()
  return (
    <div role="alert" className="m-auto max-w-md p-8 text-center">
      <h1 className="font-serif text-3xl">{t('app.broken')}</h1>
      <p className="mt-3 font-mono text-sm text-ink-soft">
        {error instanceof Error ? error.message : String(error)}
      </p>
      <Button look="primary" className="mt-6" onClick={() => location.reload()}>
        {t('app.reload')}
      </Button>
    </div>
  )
}
