import {
  Bot,
  Boxes,
  type LucideIcon,
  ScrollText,
  Settings2,
  ShieldCheck,
  SquarePen,
  UserRound,
  Waypoints,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink } from 'react-router'
import { ThreadList } from '../threads/thread-list.tsx'
import { classNames } from '../ui/class-names.ts'
import { BrandMark } from './brand-mark.tsx'

export interface SidebarProps {
  /** Beside the name, for instance a button that closes the drawer. */
  aside?: ReactNode
}

export function Sidebar({ aside }: SidebarProps) {
  const { t } = useTranslation()
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-14 items-center justify-between gap-2 px-4">
        <Link to="/" className="flex items-center gap-2.5 rounded-lg">
          <BrandMark />
          <span className="font-serif text-xl tracking-tight">{t('app.name')}</span>
        </Link>
        {aside}
      </div>
      <div className="px-3 pt-1 pb-3">
        <Link
          to="/"
          className="flex h-10 items-center gap-2.5 rounded-xl border border-line bg-surface px-3 text-sm font-medium transition-shadow hover:shadow-soft"
        >
          <SquarePen aria-hidden size={16} strokeWidth={1.8} />
          {t('thread.new')}
        </Link>
      </div>
      <ThreadList />
      <nav aria-label={t('app.navigation')} className="border-t border-line p-3">
        <ul className="space-y-0.5">
          <NavigationItem to="/agents" icon={Bot} label={t('nav.agents')} />
          <NavigationItem to="/models" icon={Boxes} label={t('nav.models')} />
          <NavigationItem to="/network" icon={Waypoints} label={t('nav.network')} />
          <NavigationItem to="/identity" icon={UserRound} label={t('nav.identity')} />
          <NavigationItem to="/access" icon={ShieldCheck} label={t('nav.access')} />
          <NavigationItem to="/audit" icon={ScrollText} label={t('nav.audit')} />
          <NavigationItem to="/settings" icon={Settings2} label={t('nav.settings')} />
        </ul>
      </nav>
    </div>
  )
}

function NavigationItem({ to, icon: Icon, label }: { to: string; icon: LucideIcon; label: string }) {
  return (
    <li>
      <NavLink
        to={to}
        className={({ isActive }) =>
          classNames(
            'flex h-9 items-center gap-2.5 rounded-lg px-3 text-sm transition-colors',
            isActive ? 'bg-hover font-medium text-ink' : 'text-ink-soft hover:bg-hover hover:text-ink',
          )
        }
      >
        <Icon aria-hidden size={17} strokeWidth={1.8} />
        {label}
      </NavLink>
    </li>
  )
}
