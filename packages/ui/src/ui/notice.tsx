import { CircleAlert, Info } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface NoticeProps {
  /** @default 'info' */
  tone?: 'info' | 'danger'
  children: ReactNode
  /** Buttons: what the person can do next. */
  actions?: ReactNode
}

export function Notice({ tone = 'info', children, actions }: NoticeProps) {
  const Icon = tone === 'danger' ? CircleAlert : Info
  return (
    <div
      className={classNames(
        'rise-in flex flex-wrap items-start gap-x-3 gap-y-2 rounded-2xl px-4 py-3 text-sm',
        tone === 'danger' ? 'bg-danger-tint text-ink' : 'bg-sunken text-ink-soft',
      )}
    >
      <Icon
        aria-hidden
        size={18}
        className={classNames('mt-0.5 shrink-0', tone === 'danger' ? 'text-danger' : 'text-ink-faint')}
      />
      <div className="min-w-48 flex-1">{children}</div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
