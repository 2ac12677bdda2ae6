import type { SealedShare } from '@lomusai/client-js/identity'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { shorten } from '../ui/format.ts'

export interface SealedSharesProps {
  shares: readonly SealedShare[]
  onClose(): void
}

/** Shares to hand over, each to the one who can open it. */
export function SealedShares({ shares, onClose }: SealedSharesProps) {
  const { t } = useTranslation()
  return (
    <>
      <ul className="mt-5 space-y-3">
        {shares.map(({ guardian, text }) => (
          <li key={guardian} className="rounded-xl bg-sunken px-3 py-2">
            <p className="text-xs text-ink-faint">
              {t('identity.shareFor', { name: shorten(guardian, 28) })}
            </p>
            <div className="max-h-20 overflow-y-auto">
              <Copyable name={t('identity.shareFor', { name: shorten(guardian, 28) })} value={text} />
            </div>
          </li>
        ))}
      </ul>
      <div className="mt-5 flex justify-end">
        <Button look="primary" onClick={onClose}>
          {t('action.done')}
        </Button>
      </div>
    </>
  )
}
