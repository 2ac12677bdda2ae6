import type { MiddlewareHandler } from 'hono'

/** The page may talk to any node the person chose, and run WebAssembly and workers; scripts come from here only. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  'connect-src *',
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** COOP and COEP make the page cross-origin isolated, so that WebAssembly may use threads. */
export function securityHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next()
    context.header('Cross-Origin-Opener-Policy', 'same-origin')
    context.header('Cross-Origin-Embedder-Policy', 'require-corp')
    context.header('Cross-Origin-Resource-Policy', 'same-origin')
    context.header('Content-Security-Policy', contentSecurityPolicy)
    context.header('X-Content-Type-Options', 'nosniff')
    context.header('Referrer-Policy', 'no-referrer')
  }
}
