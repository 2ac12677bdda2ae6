import type { LoadProgress } from '@lomusai/client-js'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../ui/format.ts'

/** How far a download is. */
export function LoadMeter({ name, progress }: { name: string; progress: LoadProgress | undefined }) {
  const { t, i18n } = useTranslation()
  const { loadedBytes = 0, totalBytes, phase = 'download' } = progress ?? {}
  const share = totalBytes === undefined || totalBytes === 0 ? undefined : loadedBytes / totalBytes
  const bytes = [loadedBytes, totalBytes].filter(size => size !== undefined)
  return (
    <div data-place="local" className="fade-in mt-3 text-xs text-ink-soft">
      <p className="tabular-nums">
        {t(`model.phase.${phase}`)} · {bytes.map(size => formatBytes(size, i18n.language)).join(' / ')}
      </p>
      <div
        role="progressbar"
        aria-label={t('chat.preparing', { model: name })}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share !== undefined && { 'aria-valuenow': Math.round(share * 100) })}
        className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-inset"
      >
        <div
          className={share === undefined ? 'breathe h-full bg-light' : 'h-full bg-light transition-[width]'}
          style={{ width: `${(share ?? 1) * 100}%` }}
        />
      </div>
    </div>
  )
}
