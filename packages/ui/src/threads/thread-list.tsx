import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { DeleteThread } from './delete-thread.tsx'
import { groupThreads, type ThreadEntry } from './merge-threads.ts'
import { RenameThread } from './rename-thread.tsx'
import { ThreadItem } from './thread-item.tsx'

/** Conversations, newest first, under the days they went on. */
export function ThreadList() {
  const { t } = useTranslation()
  const { threads, sessions } = useApp()
  const { entries, isLoaded } = useObservable(threads.state)
  const running = useObservable(sessions.running)
  const groups = useMemo(() => groupThreads(entries, new Date()), [entries])
  const [renamed, setRenamed] = useState<ThreadEntry>()
  const [deleted, setDeleted] = useState<ThreadEntry>()
  return (
    <nav aria-label={t('thread.list')} className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
      {isLoaded && entries.length === 0 && (
        <p className="px-3 pt-4 text-sm text-ink-faint">{t('thread.empty')}</p>
      )}
      {groups.map(({ group, entries }) => (
        <section key={group} aria-label={t(`thread.${group}`)} className="pt-3">
          <p aria-hidden className="px-3 pb-1 text-xs font-medium text-ink-faint">
            {t(`thread.${group}`)}
          </p>
          <ul className="space-y-0.5">
            {entries.map(entry => (
              <ThreadItem
                key={entry.threadId}
                entry={entry}
                isRunning={running.has(entry.threadId)}
                onRename={() => setRenamed(entry)}
                onDelete={() => setDeleted(entry)}
              />
            ))}
          </ul>
        </section>
      ))}
      {renamed !== undefined && <RenameThread entry={renamed} onClose={() => setRenamed(undefined)} />}
      {deleted !== undefined && <DeleteThread entry={deleted} onClose={() => setDeleted(undefined)} />}
    </nav>
  )
}
