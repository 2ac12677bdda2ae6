import type { AgentInfo, PlaceKind } from '@lomusai/client-js'
import { MessageCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useApp } from '../app-context.ts'
import { BrandMark } from '../shell/brand-mark.tsx'
import { Button } from '../ui/button.tsx'

/** An agent's card: what it says of itself, what it can use, and a way to talk to it. */
export function AgentCardView({ agent, place }: { agent: AgentInfo; place: PlaceKind }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const navigate = useNavigate()
  const { card } = agent
  // A skill that stands for a tool is shown as the tool.
  const skills = card.skills.filter(skill => !agent.tools.some(tool => tool.name === skill.id))
  const chat = () => {
    lumos.chooseAgent(agent.agentId)
    void navigate('/')
  }
  return (
    <article
      data-place={place}
      aria-label={card.name}
      className="rounded-2xl border border-line bg-surface p-5 sm:p-7"
    >
      <div className="flex flex-wrap items-start gap-x-5 gap-y-4">
        <span className="rounded-2xl bg-light-tint p-3">
          <BrandMark size={30} />
        </span>
        <div className="min-w-56 flex-1">
          <h2 className="text-lg font-semibold tracking-tight">{card.name}</h2>
          <p className="mt-1 text-ink-soft">{card.description}</p>
          <p className="mt-1.5 text-xs text-ink-faint">
            <code className="font-mono">{agent.agentId}</code> ·{' '}
            {t('agents.version', { version: card.version })}
          </p>
        </div>
        <Button look="primary" onClick={chat}>
          <MessageCircle aria-hidden size={16} />
          {t('agents.chat', { name: card.name })}
        </Button>
      </div>
      <dl className="mt-6 space-y-5 text-sm">
        <Fact name={t('agents.model')}>
          <code className="font-mono text-[0.82rem]">{agent.modelId ?? t('agents.nodeDefault')}</code>
        </Fact>
        {skills.length > 0 && (
          <Fact name={t('agents.skills')}>
            <ul className="space-y-2">
              {skills.map(skill => (
                <li key={skill.id}>
                  <span className="font-medium">{skill.name}</span>{' '}
                  <span className="text-ink-soft">{skill.description}</span>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {agent.tools.length > 0 && (
          <Fact name={t('agents.tools')}>
            <ul className="grid gap-2 sm:grid-cols-2">
              {agent.tools.map(tool => (
                <li key={tool.name} className="rounded-xl bg-inset px-3.5 py-2.5">
                  <code className="font-mono text-[0.82rem] font-medium">{tool.name}</code>
                  <p className="mt-0.5 text-ink-soft">{tool.description}</p>
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </article>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid gap-1.5 sm:grid-cols-[7rem_1fr]">
      <dt className="text-ink-faint">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}
