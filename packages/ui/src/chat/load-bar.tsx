import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { formatBytes } from '../ui/format.ts'

/** How far the page's local place is with loading a model; or that it failed. Nothing otherwise. */
export function LoadBar() {
  const { t, i18n } = useTranslation()
  const { lumos } = useApp()
  const progress = useObservable(lumos.loading)
  const failure = useObservable(lumos.loadFailure)
  if (progress === undefined) {
    if (failure === undefined) return null
    return (
      <p role="alert" className="fade-in px-2 text-sm text-danger">
        {t(`errors.${failure.code}.title`)}. {t(`errors.${failure.code}.next`)}
      </p>
    )
  }
  const { modelId, phase, loadedBytes, totalBytes } = progress
  const share = totalBytes === undefined || totalBytes === 0 ? undefined : loadedBytes / totalBytes
  const bytes = [loadedBytes, totalBytes].filter(size => size !== undefined)
  const detail = bytes.map(size => formatBytes(size, i18n.language)).join(' / ')
  return (
    <div data-place="local" className="fade-in px-2 text-xs text-ink-faint">
      <p className="flex justify-between gap-4 tabular-nums">
        <span className="truncate">{t('chat.preparing', { model: modelId })}</span>
        <span className="shrink-0">
          {t(`model.phase.${phase}`)} · {detail}
        </span>
      </p>
      <div
        role="progressbar"
        aria-label={t('chat.preparing', { model: modelId })}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share !== undefined && { 'aria-valuenow': Math.round(share * 100) })}
        className="mt-1.5 h-1 overflow-hidden rounded-full bg-inset"
      >
        <div
          className={share === undefined ? 'breathe h-full bg-light' : 'h-full bg-light transition-[width]'}
          style={{ width: `${(share ?? 1) * 100}%` }}
        />
      </div>
    </div>
  )
}
