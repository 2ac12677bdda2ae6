import { Ellipsis, PencilLine, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { PlaceIcon } from '../shell/place-icon.tsx'
import { classNames } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import type { ThreadEntry } from './merge-threads.ts'

export interface ThreadItemProps {
  entry: ThreadEntry
  isRunning: boolean
  onRename(): void
  onDelete(): void
}

export function ThreadItem({ entry, isRunning, onRename, onDelete }: ThreadItemProps) {
  const { t } = useTranslation()
  const title = entry.title ?? t('thread.untitled')
  const [place = 'cloud'] = entry.places
  return (
    <li className="group relative">
      <NavLink
        to={`/chat/${entry.threadId}`}
        className={({ isActive }) =>
          classNames(
            'flex h-9 items-center gap-2.5 rounded-lg pr-9 pl-3 text-sm transition-colors',
            isActive ? 'bg-hover font-medium text-ink' : 'text-ink-soft hover:bg-hover hover:text-ink',
          )
        }
      >
        <span data-place={place} className="relative shrink-0 text-light-ink">
          <PlaceIcon place={place} size={14} strokeWidth={1.9} />
          {isRunning && (
            <span className="breathe absolute -top-1 -right-1 size-2 rounded-full bg-light">
              <span className="sr-only">{t('thread.running')}</span>
            </span>
          )}
        </span>
        <span className="truncate">{title}</span>
      </NavLink>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <IconButton
            size="small"
            icon={Ellipsis}
            label={t('thread.options', { title })}
            className="absolute! top-1 right-1 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
          />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="start"
            sideOffset={4}
            className="pop-in z-50 min-w-40 rounded-xl border border-line bg-surface p-1 text-sm shadow-lifted"
          >
            <MenuItem onSelect={onRename}>
              <PencilLine aria-hidden size={15} />
              {t('thread.rename')}
            </MenuItem>
            <MenuItem onSelect={onDelete} isDanger>
              <Trash2 aria-hidden size={15} />
              {t('thread.delete')}
            </MenuItem>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </li>
  )
}

function MenuItem(props: { onSelect(): void; isDanger?: boolean; children: ReactNode }) {
  return (
    <DropdownMenu.Item
      onSelect={props.onSelect}
      className={classNames(
        'flex h-9 cursor-pointer items-center gap-2.5 rounded-lg px-3 outline-none data-highlighted:bg-hover',
        props.isDanger && 'text-danger',
      )}
    >
      {props.children}
    </DropdownMenu.Item>
  )
}
