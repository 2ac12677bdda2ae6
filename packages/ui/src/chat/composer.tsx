import { ArrowUp, Square } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { classNames } from '../ui/class-names.ts'
import { Problem } from '../ui/problem.tsx'
import type { ChatSession } from './chat-session.ts'
import { LoadBar } from './load-bar.tsx'
import { ModelNotice } from './model-notice.tsx'
import { ModelPicker } from './model-picker.tsx'
import { useAttempt } from './use-attempt.ts'
import { useModels } from './use-models.ts'
import { useResolvedPlace } from './use-resolved-place.ts'

export interface ComposerProps {
  session: ChatSession
  onSend(text: string): void
}

/** Where the person writes, chooses the model, sends and stops. */
export function Composer({ session, onSend }: ComposerProps) {
  const { t } = useTranslation()
  const { sessions } = useApp()
  const isRunning = useObservable(sessions.running).has(session.threadId)
  const place = useResolvedPlace()
  const models = useModels(place)
  const [text, setText] = useState('')
  const canSend = text.trim() !== '' && !isRunning
  const send = () => {
    if (!canSend) return
    onSend(text.trim())
    setText('')
  }
  const { error, attempt } = useAttempt()
  const stop = () => attempt(() => session.stop())
  useStopOnEscape(stop, isRunning)
  return (
    <>
      {place === 'local' && <LoadBar />}
      <div
        data-place={place}
        className="rounded-3xl border border-line-strong/60 bg-surface shadow-soft transition-colors focus-within:border-light"
      >
        <MessageField text={text} onChange={setText} onSend={send} />
        <div className="flex items-center gap-2 px-2.5 pb-2.5">
          <ModelPicker place={place} models={models} />
          <p aria-hidden className="ml-auto truncate text-xs text-ink-faint max-sm:hidden">
            {t('chat.hint')}
          </p>
          <SendButton isRunning={isRunning} canSend={canSend} onSend={send} onStop={stop} />
        </div>
      </div>
      <Problem text={error} />
      <ModelNotice models={models} />
    </>
  )
}

function MessageField(props: { text: string; onChange(text: string): void; onSend(): void }) {
  const { t } = useTranslation()
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) field.current?.focus()
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes (Chinese, Japanese …) Enter picks a candidate; 229 is Safari's sign of it.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229
    if (event.key !== 'Enter' || event.shiftKey || isComposing) return
    event.preventDefault()
    props.onSend()
  }
  return (
    <textarea
      ref={field}
      id="message"
      aria-label={t('chat.message')}
      placeholder={t('chat.placeholder', { agent: t('app.name') })}
      value={props.text}
      onChange={event => props.onChange(event.target.value)}
      onKeyDown={onKeyDown}
      rows={1}
      className="field-sizing-content max-h-52 min-h-13 w-full resize-none bg-transparent px-4.5 pt-3.5 pb-1.5 outline-none placeholder:text-ink-faint"
    />
  )
}

interface SendButtonProps {
  isRunning: boolean
  canSend: boolean
  onSend(): void
  onStop(): void
}

function SendButton({ isRunning, canSend, onSend, onStop }: SendButtonProps) {
  const { t } = useTranslation()
  const Icon = isRunning ? Square : ArrowUp
  return (
    <button
      type="button"
      aria-label={isRunning ? t('chat.stop') : t('chat.send')}
      disabled={!isRunning && !canSend}
      onClick={isRunning ? onStop : onSend}
      className={classNames(
        'touch-target inline-flex size-9 shrink-0 items-center justify-center rounded-full transition max-sm:ml-auto',
        isRunning || canSend ? 'bg-ink text-on-ink hover:opacity-88' : 'bg-sunken text-ink-faint',
      )}
    >
      <Icon
        aria-hidden
        size={isRunning ? 13 : 18}
        strokeWidth={2.2}
        fill={isRunning ? 'currentColor' : 'none'}
      />
    </button>
  )
}

/** Escape stops the answer, unless it closes something that lies above the page. */
function useStopOnEscape(stop: () => void, isRunning: boolean): void {
  const latest = useRef(stop)
  useEffect(() => {
    latest.current = stop
  })
  useEffect(() => {
    if (!isRunning) return
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      const isAbovePage = document.querySelector('[role=dialog],[role=alertdialog],[role=menu]') !== null
      if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented && !isAbovePage) {
        latest.current()
      }
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [isRunning])
}
