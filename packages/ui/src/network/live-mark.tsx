import { RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatTime } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'

export interface LiveMarkProps {
  updatedAt: number | undefined
  onRefresh(): void
}

/** That what is shown is current, and since when. */
export function LiveMark({ updatedAt, onRefresh }: LiveMarkProps) {
  const { t, i18n } = useTranslation()
  return (
    <div data-place="peer" className="flex items-center gap-2.5 text-sm text-ink-faint">
      <span aria-hidden className="breathe size-2 rounded-full bg-light" />
      <span className="font-medium text-light-ink">{t('network.live')}</span>
      {updatedAt !== undefined && (
        <span className="tabular-nums">
          {t('network.updated', { time: formatTime(updatedAt, i18n.language) })}
        </span>
      )}
      <IconButton size="small" icon={RefreshCw} label={t('action.refresh')} onClick={onRefresh} />
    </div>
  )
}
