import type { MiddlewareHandler } from 'hono'
import { isLoopback } from '../server-config.ts'

/**
 * Refuses requests whose `Host` is not ours. A page of another site that rebinds its name to 127.0.0.1 would
 * otherwise pass as same-origin.
 */
export function hostGuard(allowedHosts: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const host = hostName(context.req.header('host') ?? '')
    if (!isLoopback(host) && !allowedHosts.includes(host)) {
      return context.text(
        `This server does not answer as "${host}". Add the name to LUMOS_ALLOWED_HOSTS.`,
        421,
      )
    }
    return next()
  }
}

function hostName(header: string): string {
  const bracketed = /^\[([^\]]+)\]/.exec(header)
  return bracketed?.[1] ?? header.split(':')[0] ?? ''
}
