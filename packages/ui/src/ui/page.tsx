import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../shell/page-header.tsx'

export interface PageProps {
  title: string
  intro?: string
  /** Beside the title. */
  aside?: ReactNode
  children: ReactNode
}

/** A page of cards below a title, of readable width. */
export function Page({ title, intro, aside, children }: PageProps) {
  useDocumentTitle(title)
  return (
    <>
      <PageHeader title={title} isTitleShown={false} />
      <div className="fade-edges min-h-0 flex-1 overflow-y-auto">
        <div className="rise-in mx-auto w-full max-w-4xl px-5 pt-2 pb-16 sm:px-8">
          <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
            <div>
              <h1 className="font-serif text-3xl tracking-tight sm:text-4xl">{title}</h1>
              {intro !== undefined && <p className="mt-2 text-ink-soft">{intro}</p>}
            </div>
            {aside}
          </div>
          <div className="mt-8 space-y-6">{children}</div>
        </div>
      </div>
    </>
  )
}

export function useDocumentTitle(title: string): void {
  const { t } = useTranslation()
  const app = t('app.name')
  useEffect(() => {
    document.title = title === '' ? app : `${title} · ${app}`
  }, [title, app])
}
