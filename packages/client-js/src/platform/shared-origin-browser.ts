import type { Platform } from './platform.ts'

export const sharedOrigin: Platform['sharedOrigin'] = () => {
  // Absent outside of secure contexts, whatever the types say.
  const locks: LockManager | undefined = navigator.locks
  if (locks === undefined || typeof BroadcastChannel === 'undefined') return undefined
  return {
    openChannel: name => new BroadcastChannel(name),
    withLock: (name, work, signal) => locks.request(name, { signal }, work),
  }
}
