import type { AgentInfo, PlaceKind } from '@lomusai/client-js'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { PlaceNotice } from '../chat/place-notice.tsx'
import { useResolvedPlace } from '../chat/use-resolved-place.ts'
import { useObservable } from '../observable.ts'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { AgentCardView } from './agent-card-view.tsx'

/** Who can answer in the place in use. */
export default function AgentsPage() {
  const { t } = useTranslation()
  const place = useResolvedPlace()
  const { state, agents } = useAgents(place)
  return (
    <Page title={t('agents.title')} intro={t('agents.intro', { place: t(`place.${place}`) })}>
      <PlaceNotice />
      {state === 'waiting' && (
        <p role="status" className="text-sm text-ink-faint">
          {t('app.loading')}
        </p>
      )}
      {state === 'ready' && agents.length === 0 && <Notice>{t('agents.empty')}</Notice>}
      {agents.map(agent => (
        <AgentCardView key={agent.agentId} agent={agent} place={place} />
      ))}
    </Page>
  )
}

function useAgents(place: PlaceKind): { state: 'waiting' | 'ready'; agents: AgentInfo[] } {
  const { lumos } = useApp()
  const { state } = useObservable(lumos.places[place].status)
  const [read, setRead] = useState<{ place: PlaceKind; agents: AgentInfo[] }>()
  const isReady = state === 'ready'
  useEffect(() => {
    if (!isReady) {
      if (state === 'idle') void lumos.places[place].check()
      return
    }
    let isCurrent = true
    lumos
      .client(place)
      .then(client => client.getAgents())
      .then(
        agents => isCurrent && setRead({ place, agents: Object.values(agents) }),
        () => isCurrent && void lumos.places[place].check(),
      )
    return () => {
      isCurrent = false
    }
  }, [lumos, place, isReady, state])
  if (read?.place === place) return { state: 'ready', agents: read.agents }
  return { state: state === 'ready' || state === 'connecting' ? 'waiting' : 'ready', agents: [] }
}
