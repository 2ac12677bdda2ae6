import type { ReactNode } from 'react'

/** Names and values below each other. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="space-y-3.5 text-sm">{children}</dl>
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className="mt-0.5 min-w-0">{children}</dd>
    </div>
  )
}
