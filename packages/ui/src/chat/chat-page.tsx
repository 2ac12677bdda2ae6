import type { ThreadId } from '@lomusai/client-js'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { PageHeader } from '../shell/page-header.tsx'
import { useDocumentTitle } from '../ui/page.tsx'
import type { ChatSession } from './chat-session.ts'
import { Composer } from './composer.tsx'
import { Conversation } from './conversation.tsx'
import { PlaceNotice } from './place-notice.tsx'
import { RunAnnouncer } from './run-announcer.tsx'
import { Welcome } from './welcome.tsx'

/** One conversation, new at `/` or continued at `/chat/:threadId`. */
export function ChatPage() {
  const { threadId } = useParams()
  const { sessions } = useApp()
  const fresh = useRef<ChatSession>(undefined)
  const session = useMemo(() => {
    if (threadId !== undefined) return sessions.open(threadId as ThreadId)
    fresh.current = sessions.create()
    return fresh.current
  }, [threadId, sessions])
  return <Chat key={session.threadId} session={session} />
}

function Chat({ session }: { session: ChatSession }) {
  const { t } = useTranslation()
  const { threads } = useApp()
  const navigate = useNavigate()
  const { turns, history } = useObservable(session.state)
  const { entries } = useObservable(threads.state)
  const title = entries.find(entry => entry.threadId === session.threadId)?.title ?? ''
  const isEmpty = turns.length === 0 && history === 'ready'
  useDocumentTitle(title === '' ? t('chat.title') : title)
  const send = (text: string) => {
    const path = `/chat/${session.threadId}`
    if (location.pathname !== path) void navigate(path, { replace: true })
    void session.send(text)
  }
  return (
    <>
      <PageHeader title={title === '' ? t('chat.title') : title} />
      {isEmpty ? <Welcome onPick={send} /> : <Conversation session={session} />}
      <div className="mx-auto w-full max-w-3xl space-y-2 px-3 pb-3 sm:px-6 sm:pb-4">
        <PlaceNotice />
        <Composer session={session} onSend={send} />
      </div>
      <RunAnnouncer session={session} />
    </>
  )
}
