import { Menu } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../ui/icon-button.tsx'
import { useDrawer } from './drawer-context.ts'
import { PlaceSwitch } from './place-switch.tsx'

export interface PageHeaderProps {
  title: string
  /** Pages with a big title of their own hide this one. @default true */
  isTitleShown?: boolean
}

export function PageHeader({ title, isTitleShown = true }: PageHeaderProps) {
  const { t } = useTranslation()
  const openDrawer = useDrawer()
  return (
    <header className="relative z-10 flex h-14 shrink-0 items-center gap-2 px-3 sm:px-5">
      <IconButton icon={Menu} label={t('app.menu')} onClick={openDrawer} className="md:hidden" />
      <div className="min-w-0 flex-1">
        {isTitleShown && (
          <h1 className="truncate text-sm font-medium text-ink-soft max-sm:sr-only">{title}</h1>
        )}
      </div>
      <PlaceSwitch />
    </header>
  )
}
