import type { ReactNode } from 'react'
import { useId } from 'react'
import { classNames } from './class-names.ts'

export interface CardProps {
  title: string
  hint?: string
  aside?: ReactNode
  className?: string
  children: ReactNode
}

/** A titled region of a page. */
export function Card({ title, hint, aside, className, children }: CardProps) {
  const titleId = useId()
  return (
    <section
      aria-labelledby={titleId}
      className={classNames('rounded-2xl border border-line bg-surface p-5 sm:p-6', className)}
    >
      <div className="flex items-center justify-between gap-4">
        <h2 id={titleId} className="font-semibold tracking-tight">
          {title}
        </h2>
        {aside}
      </div>
      {hint !== undefined && <p className="mt-1 text-sm text-ink-faint">{hint}</p>}
      <div className="mt-4">{children}</div>
    </section>
  )
}
