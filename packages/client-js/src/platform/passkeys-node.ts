import type { Platform } from './platform.ts'

/** Node has no authenticator. */
export const passkeys: Platform['passkeys'] = () => undefined
