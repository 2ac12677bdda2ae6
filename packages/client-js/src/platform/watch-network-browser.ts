/** Calls back when the machine's network comes and goes; returns how to stop. */
export function watchNetwork(listener: (isOnline: boolean) => void): () => void {
  const onOnline = () => listener(true)
  const onOffline = () => listener(false)
  globalThis.addEventListener('online', onOnline)
  globalThis.addEventListener('offline', onOffline)
  return () => {
    globalThis.removeEventListener('online', onOnline)
    globalThis.removeEventListener('offline', onOffline)
  }
}
