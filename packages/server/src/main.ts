#!/usr/bin/env node
import { isLumosError } from '@lomusai/client-js'
import { createLogger } from './logger.ts'
import { createServer } from './lumos-server.ts'
import { configFromEnvironment } from './server-config.ts'

async function main(): Promise<void> {
  const config = configFromEnvironment(process.env)
  const logger = createLogger(config.logLevel)
  const server = await createServer(config, logger)
  await server.start()
  process.stdout.write(`\n  Lumos-X is ready at ${server.url}\n\n`)
  const claimLink = await server.createClaimLink()
  if (claimLink !== undefined) {
    process.stdout.write(
      `  Nobody owns this node yet. Become its owner, within a day, once:\n  ${claimLink}\n\n`,
    )
  }

  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) process.exit(130)
    stopping = true
    logger.info({ signal }, 'stopping; running answers finish or are suspended. Press again to leave at once')
    server.stop().then(
      () => process.exit(0),
      error => {
        logger.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

main().catch(error => {
  process.stderr.write(`${isLumosError(error) ? error.message : (error?.stack ?? error)}\n`)
  process.exit(1)
})
