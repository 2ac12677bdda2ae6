import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet, useLocation } from 'react-router'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { DrawerContext } from './drawer-context.ts'
import { Sidebar } from './sidebar.tsx'

/** Navigation beside the page; on narrow screens in a drawer. */
export function AppShell() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const { place } = useObservable(lumos.settings)
  const [isDrawerOpen, setIsDrawerOpen] = useState(false)
  const { pathname } = useLocation()
  useEffect(() => setIsDrawerOpen(false), [pathname])
  return (
    <DrawerContext value={() => setIsDrawerOpen(true)}>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-full focus:bg-ink focus:px-4 focus:py-2 focus:text-on-ink"
      >
        {t('app.skip')}
      </a>
      <div className="flex h-dvh">
        <aside className="hidden w-68 shrink-0 border-r border-line bg-sunken md:block">
          <Sidebar />
        </aside>
        <Drawer isOpen={isDrawerOpen} onClose={() => setIsDrawerOpen(false)} />
        <main id="main" tabIndex={-1} className="relative flex min-w-0 flex-1 flex-col outline-none">
          <div className="place-glow" data-place={place} />
          <div className="relative flex min-h-0 flex-1 flex-col">
            <Suspense fallback={<PageLoading />}>
              <Outlet />
            </Suspense>
          </div>
        </main>
      </div>
    </DrawerContext>
  )
}

function Drawer({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation()
  return (
    <Dialog.Root open={isOpen} onOpenChange={open => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fade-in fixed inset-0 z-30 bg-black/35 md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusPanel}
          className="slide-in fixed inset-y-0 left-0 z-40 w-[min(19rem,85vw)] bg-sunken shadow-lifted md:hidden"
        >
          <Dialog.Title className="sr-only">{t('app.navigation')}</Dialog.Title>
          <Sidebar
            aside={<IconButton icon={X} label={t('app.closeMenu')} onClick={onClose} className="-mr-1" />}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Focus goes to the panel itself, so that no button shows its tooltip unasked. */
function focusPanel(event: Event): void {
  event.preventDefault()
  if (event.target instanceof HTMLElement) event.target.focus()
}

function PageLoading() {
  const { t } = useTranslation()
  return (
    <p role="status" className="fade-in m-auto text-sm text-ink-faint">
      {t('app.loading')}
    </p>
  )
}
