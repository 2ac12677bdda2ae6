import { useTranslation } from 'react-i18next'
import { CopyButton } from './copy-button.tsx'

export interface CopyableProps {
  /** What it is, as shown beside it. */
  name: string
  value: string
}

/** A long value in code letters that can be copied whole. */
export function Copyable({ name, value }: CopyableProps) {
  const { t } = useTranslation()
  return (
    <span className="flex min-w-0 items-center gap-1">
      <code className="min-w-0 font-mono text-[0.82rem] break-all text-ink-soft">{value}</code>
      <CopyButton text={value} label={t('action.copyOf', { what: name })} />
    </span>
  )
}
