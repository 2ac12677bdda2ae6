import { type Logger, pino } from 'pino'
import type { ServerConfig } from './server-config.ts'

/** JSON lines on standard output. Headers, bodies, proofs and keys are never given to it. */
export function createLogger(level: ServerConfig['logLevel']): Logger {
  return pino({
    level,
    base: null,
    redact: { paths: ['*.proof', '*.apiKey', '*.authorization'], remove: true },
  })
}
