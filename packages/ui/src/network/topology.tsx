import type { PlaceKind } from '@lomusai/client-js'
import { useApp } from '../app-context.ts'
import { type PlaceState, placeKinds } from '../lumos/place.ts'
import { useObservable } from '../observable.ts'

const heights: Record<PlaceKind, number> = { local: 44, cloud: 144, peer: 244 }

/** This page with a line to each place's tile, which stands beside it and says the same in words. */
export function Topology() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 300 288"
      preserveAspectRatio="xMaxYMid meet"
      className="h-72 w-full max-sm:hidden"
      fill="none"
    >
      {placeKinds.map(kind => (
        <PlaceLine key={kind} kind={kind} />
      ))}
      <circle cx="40" cy="144" r="32" fill="var(--surface)" stroke="var(--line)" />
      <g transform="translate(40 144) scale(1.15)" strokeWidth="2.4" strokeLinecap="round">
        <path d="M1.7 -10.2a10.4 10.4 0 0 1 7.9 14.1" stroke="var(--local)" />
        <path d="M7.1 7.6a10.4 10.4 0 0 1 -15.6 -1.2" stroke="var(--cloud)" />
        <path d="M-10.3 2.3a10.4 10.4 0 0 1 8.2 -12.5" stroke="var(--peer)" />
        <circle r="4" fill="var(--local)" />
      </g>
    </svg>
  )
}

const dashes: Record<PlaceState, string | undefined> = {
  ready: undefined,
  connecting: '2 7',
  idle: '2 7',
  'not-set-up': '2 7',
  unreachable: '10 7',
  failed: '10 7',
}

function PlaceLine({ kind }: { kind: PlaceKind }) {
  const { lumos } = useApp()
  const { state } = useObservable(lumos.places[kind].status)
  const y = heights[kind]
  const path = `M74 144 C 170 144, 180 ${y}, 292 ${y}`
  const isReady = state === 'ready'
  const isBroken = state === 'unreachable' || state === 'failed'
  const colour = isReady ? 'var(--light)' : isBroken ? 'var(--danger)' : 'var(--line-strong)'
  return (
    <g data-place={kind}>
      <path
        d={path}
        stroke={colour}
        strokeWidth={isReady ? 2.5 : 1.6}
        strokeLinecap="round"
        strokeDasharray={dashes[state]}
        opacity={isReady ? 0.8 : 0.6}
      />
      {isReady && (
        <circle r="4.5" fill="var(--light)" className="traveller" style={{ offsetPath: `path("${path}")` }} />
      )}
      <circle cx="292" cy={y} r="5" fill={isReady ? 'var(--light)' : 'var(--surface)'} stroke={colour} />
    </g>
  )
}
