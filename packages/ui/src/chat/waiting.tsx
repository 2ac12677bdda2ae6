import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { usePlaceState } from '../shell/use-place-state.ts'
import { type AnswerTurn, pendingApprovals } from './turn.ts'

/** A light that breathes while something is to come, and what it waits for. */
export function Waiting({ answer }: { answer: AnswerTurn }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const progress = useObservable(lumos.loading)
  const placeState = usePlaceState(answer.place ?? 'auto')
  if (pendingApprovals(answer).length > 0) return null
  const last = answer.blocks.at(-1)
  const isWriting = last?.kind === 'text' && last.step === answer.step
  const isConnecting = answer.state === 'waiting' && placeState !== 'ready'
  const isLoading = answer.state === 'waiting' && answer.place === 'local' && progress !== undefined
  return (
    <p className="flex items-center gap-2.5 text-sm text-ink-faint">
      <span aria-hidden className="breathe size-2.5 rounded-full bg-light" />
      {isLoading && <span>{t('chat.preparing', { model: progress.modelId })}</span>}
      {!isLoading && !isWriting && <span>{isConnecting ? t('network.dialling') : t('chat.thinking')}</span>}
    </p>
  )
}
