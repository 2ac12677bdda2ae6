import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/problem.tsx'
import type { ChatSession } from './chat-session.ts'
import { titleOf } from './title-of.ts'
import type { UserTurn } from './turn.ts'
import { useAttempt } from './use-attempt.ts'

export interface EditQuestionProps {
  turn: UserTurn
  session: ChatSession
  onClose(): void
}

/** Says it differently in a new conversation that shares what came before; the old one stays. */
export function EditQuestion({ turn, session, onClose }: EditQuestionProps) {
  const { t } = useTranslation()
  const { sessions } = useApp()
  const navigate = useNavigate()
  const [text, setText] = useState(turn.text)
  const { error, attempt } = useAttempt()
  const send = async () => {
    const branch = await sessions.branch(session, turn, titleOf(text))
    void navigate(`/chat/${branch.threadId}`)
    void branch.send(text.trim())
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    attempt(send)
  }
  return (
    <form onSubmit={submit} className="fade-in rounded-3xl bg-inset p-4">
      <textarea
        aria-label={t('chat.editing')}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => event.key === 'Escape' && onClose()}
        // biome-ignore lint/a11y/noAutofocus: the person just asked to edit this
        autoFocus
        rows={Math.min(8, text.split('\n').length + 1)}
        className="w-full resize-none bg-transparent outline-none"
      />
      <Problem text={error} />
      <div className="mt-2 flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button look="primary" type="submit" disabled={text.trim() === ''}>
          {t('chat.sendEdited')}
        </Button>
      </div>
    </form>
  )
}
