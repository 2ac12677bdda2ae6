import type { JsonValue } from '@lomusai/client-js'
import {
  Calculator,
  ChevronDown,
  Clock3,
  Globe,
  type LucideIcon,
  NotebookPen,
  Search,
  Wrench,
} from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Problem } from '../ui/problem.tsx'
import type { ChatSession } from './chat-session.ts'
import { summarise } from './summarise-json.ts'
import type { ToolBlock, ToolState } from './turn.ts'
import { useAttempt } from './use-attempt.ts'

const icons: Record<string, LucideIcon> = {
  calculator: Calculator,
  clock: Clock3,
  notes_add: NotebookPen,
  notes_search: Search,
  fetch: Globe,
}

export interface ToolCallCardProps {
  call: ToolBlock
  session: ChatSession
}

/** One tool call: in a line what was asked and what came back, opened up the whole of both. */
export function ToolCallCard({ call, session }: ToolCallCardProps) {
  const { t } = useTranslation()
  const Icon = icons[call.name] ?? Wrench
  const isWaiting = call.state === 'waiting'
  return (
    <Collapsible.Root
      className={classNames(
        'rise-in rounded-2xl border bg-surface/80 text-sm',
        isWaiting ? 'border-light shadow-soft' : 'border-line',
      )}
    >
      <Collapsible.Trigger className="group/tool flex w-full items-center gap-3 rounded-2xl px-4 py-2.5 text-left">
        <Icon aria-hidden size={16} strokeWidth={1.8} className="shrink-0 text-ink-faint" />
        <span className="min-w-0 flex-1 truncate">
          <span className="sr-only">{t('tool.label')} </span>
          <span className="font-medium">{call.name}</span>{' '}
          <span className="font-mono text-[0.8rem] text-ink-soft">{summarise(call.arguments)}</span>
          {call.state === 'finished' && (
            <>
              <span className="text-ink-faint"> → </span>
              <span className="font-mono text-[0.8rem] font-medium">{summarise(call.result)}</span>
            </>
          )}
        </span>
        <ToolStateMark state={call.state} />
        <ChevronDown
          aria-hidden
          size={15}
          className="shrink-0 text-ink-faint transition-transform group-data-[state=open]/tool:rotate-180"
        />
      </Collapsible.Trigger>
      <Collapsible.Content className="space-y-3 border-t border-line px-4 py-3">
        <Json label={t('tool.arguments')} value={call.arguments} />
        {call.result !== undefined && (
          <Json label={call.state === 'failed' ? t('tool.error') : t('tool.result')} value={call.result} />
        )}
      </Collapsible.Content>
      {isWaiting && <Approval call={call} session={session} />}
    </Collapsible.Root>
  )
}

const markLooks: Record<ToolState, string> = {
  running: 'text-ink-faint breathe',
  waiting: 'text-light-ink',
  rejected: 'text-danger',
  finished: 'sr-only',
  failed: 'text-danger',
  interrupted: 'text-ink-faint',
}

function ToolStateMark({ state }: { state: ToolState }) {
  const { t } = useTranslation()
  return (
    <span className={classNames('shrink-0 text-xs font-medium', markLooks[state])}>
      {t(`tool.state.${state}`)}
    </span>
  )
}

function Approval({ call, session }: ToolCallCardProps) {
  const { t } = useTranslation()
  const { error, attempt } = useAttempt()
  return (
    <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">
      <p className="mr-auto font-medium">{t('tool.ask')}</p>
      <Button onClick={() => attempt(() => session.approve(call.toolCallId, false))}>
        {t('tool.reject')}
      </Button>
      <Button look="primary" onClick={() => attempt(() => session.approve(call.toolCallId, true))}>
        {t('tool.approve')}
      </Button>
      <Problem text={error} />
    </div>
  )
}

function Json({ label, value }: { label: string; value: JsonValue }) {
  return (
    <div>
      <p className="text-xs font-medium text-ink-faint">{label}</p>
      <pre className="mt-1 max-h-64 overflow-auto font-mono text-[0.8rem] leading-relaxed whitespace-pre-wrap">
        {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
      </pre>
    </div>
  )
}
