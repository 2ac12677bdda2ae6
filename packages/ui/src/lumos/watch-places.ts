import type { Lumos } from './lumos.ts'

const intervalMs = 10_000

/**
 * Keeps the state of the places current while the page is visible: the server always, the others once they run.
 * A local place that was used before starts when the page has nothing else to do, for its conversations.
 */
export function watchPlaces(lumos: Lumos): void {
  const { local, cloud, peer } = lumos.places
  const check = () => {
    if (document.hidden) return
    void cloud.check()
    const peerState = peer.status.get().state
    if (peerState === 'ready' || peerState === 'unreachable') void peer.check()
  }
  check()
  setInterval(check, intervalMs)
  addEventListener('online', check)
  document.addEventListener('visibilitychange', check)
  const { hasUsedLocal, place } = lumos.settings.get()
  if (hasUsedLocal || place === 'local') whenIdle(() => void local.check())
  if (place === 'peer' && peer.status.get().state === 'idle') whenIdle(() => void peer.check())
}

function whenIdle(act: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(act, { timeout: 300 })
  else setTimeout(act, 300)
}
