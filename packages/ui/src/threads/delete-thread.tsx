import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate } from 'react-router'
import { useApp } from '../app-context.ts'
import { Confirm } from '../ui/confirm.tsx'
import type { ThreadEntry } from './merge-threads.ts'

export function DeleteThread({ entry, onClose }: { entry: ThreadEntry; onClose(): void }) {
  const { t } = useTranslation()
  const { threads, sessions } = useApp()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const [hasFailed, setHasFailed] = useState(false)
  const remove = async () => {
    try {
      await threads.delete(entry.threadId)
    } catch {
      setHasFailed(true)
      return
    }
    sessions.forget(entry.threadId)
    if (pathname === `/chat/${entry.threadId}`) void navigate('/')
    onClose()
  }
  return (
    <Confirm
      title={t('thread.deleteTitle')}
      text={t('thread.deleteText', { title: entry.title ?? t('thread.untitled') })}
      confirmLabel={t('thread.delete')}
      onConfirm={() => void remove()}
      onClose={onClose}
      {...(hasFailed && { error: t('errors.storage-failed.title') })}
    />
  )
}
