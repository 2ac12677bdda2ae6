import type { Platform } from './platform.ts'

/** Processes of one machine share no origin. */
export const sharedOrigin: Platform['sharedOrigin'] = () => undefined
