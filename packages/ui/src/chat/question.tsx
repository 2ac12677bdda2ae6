import { PencilLine } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/copy-button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { ChatSession } from './chat-session.ts'
import { EditQuestion } from './edit-question.tsx'
import type { UserTurn } from './turn.ts'

/** What the person said, to be copied or said differently. */
export function Question({ turn, session }: { turn: UserTurn; session: ChatSession }) {
  const { t } = useTranslation()
  const [isEditing, setIsEditing] = useState(false)
  if (isEditing) return <EditQuestion turn={turn} session={session} onClose={() => setIsEditing(false)} />
  return (
    <article className="rise-in group relative flex flex-col items-end">
      <h2 className="sr-only">{t('chat.you')}</h2>
      <p className="max-w-[85%] rounded-3xl rounded-br-lg bg-inset px-4.5 py-2.5 whitespace-pre-wrap wrap-anywhere">
        {turn.text}
      </p>
      <div className="absolute top-full right-1 flex opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
        <CopyButton text={turn.text} label={t('action.copy')} />
        <IconButton
          size="small"
          icon={PencilLine}
          label={t('chat.edit')}
          onClick={() => setIsEditing(true)}
        />
      </div>
    </article>
  )
}
