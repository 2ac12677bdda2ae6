import type { PlaceKind } from '@lomusai/client-js'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { placeKinds } from '../lumos/place.ts'
import { useObservable } from '../observable.ts'
import { PlaceIcon } from '../shell/place-icon.tsx'
import { Card } from '../ui/card.tsx'
import { classNames } from '../ui/class-names.ts'
import { formatDuration, shorten } from '../ui/format.ts'
import { Topology } from './topology.tsx'

/** The three places side by side, each in its own light. */
export function PlacesCard() {
  const { t } = useTranslation()
  return (
    <Card title={t('network.places')}>
      <div className="grid items-center gap-x-2 sm:grid-cols-[5fr_6fr]">
        <Topology />
        <ul className="grid gap-3">
          {placeKinds.map(kind => (
            <PlaceTile key={kind} kind={kind} />
          ))}
        </ul>
      </div>
    </Card>
  )
}

function PlaceTile({ kind }: { kind: PlaceKind }) {
  const { t, i18n } = useTranslation()
  const { lumos } = useApp()
  const { state, nodeId, latencyMs } = useObservable(lumos.places[kind].status)
  const isReady = state === 'ready'
  const isBroken = state === 'unreachable' || state === 'failed'
  return (
    <li
      data-place={kind}
      className={classNames('h-22 rounded-xl px-4 py-2.5', isReady ? 'bg-light-tint' : 'bg-inset')}
    >
      <p className={classNames('flex items-center gap-2 font-medium', isReady && 'text-light-ink')}>
        <PlaceIcon place={kind} size={16} strokeWidth={1.9} />
        {t(`place.${kind}`)}
      </p>
      <p className={classNames('mt-0.5 text-sm', isBroken ? 'text-danger' : 'text-ink-soft')}>
        {t(`place.state.${state}`)}
        {isReady && latencyMs !== undefined && ` · ${formatDuration(latencyMs, i18n.language)}`}
      </p>
      <p className="mt-0.5 min-h-5 truncate font-mono text-xs text-ink-faint" title={nodeId}>
        {nodeId === undefined ? '' : shorten(nodeId, 26)}
      </p>
    </li>
  )
}
