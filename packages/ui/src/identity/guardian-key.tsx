import { useTranslation } from 'react-i18next'
import { Copyable } from '../ui/copyable.tsx'
import { useGuardianKey } from './use-guardian-key.ts'

/** The key that others seal shares for us with. No secret: it may be sent anyhow. */
export function GuardianKey({ hint }: { hint: string }) {
  const { t } = useTranslation()
  const key = useGuardianKey()
  return (
    <div>
      <p className="text-sm font-medium">{t('identity.guardianKey')}</p>
      <p className="mt-0.5 text-sm text-ink-faint">{hint}</p>
      <div className="mt-2 rounded-xl bg-sunken px-3 py-2">
        {key === undefined ? (
          <p className="text-sm text-ink-faint">{t('identity.locked')}</p>
        ) : (
          <Copyable name={t('identity.guardianKey')} value={key} />
        )}
      </div>
    </div>
  )
}
