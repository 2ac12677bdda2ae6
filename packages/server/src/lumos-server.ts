import { mkdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { LumosError, type ModelCatalog, type Store } from '@lomusai/client-js'
import { openSharedModels, type SharedModels } from '@lomusai/client-js/inference'
import { libp2pTransport } from '@lomusai/client-js/p2p'
import { createLocalNode, type LocalNode } from '@lomusai/client-js/presets/node'
import type { Logger } from 'pino'
import { applyConfiguredKey } from './configured-key.ts'
import { followNodes } from './follow-nodes.ts'
import { createApp } from './http/app.ts'
import type { ServerConfig } from './server-config.ts'
import { lockFolder } from './stores/folder-lock.ts'
import { openPglite } from './stores/pglite-client.ts'
import { PostgresStore } from './stores/postgres-store.ts'
import { uiFolder } from './ui-folder.ts'

/** A running node with its listeners. */
export interface LumosServer {
  /** Where people and programs find it, for instance `http://127.0.0.1:4111`. Known after `start()`. */
  readonly url: string
  readonly node: LocalNode
  /** Resolves when both listeners answer. */
  start(): Promise<void>
  /** A link that makes the first who opens it the server's owner, good for a day; undefined when it has one. */
  createClaimLink(): Promise<string | undefined>
  /** New requests are refused; running answers finish within the grace, or are suspended and go on at the next start. Idempotent. */
  stop(): Promise<void>
}

export interface ServerOptions {
  /** The giver stops it. @default the embedded model, `LUMOS_MODEL_DIR`, the hub and `LUMOS_OPENAI_BASE_URL` */
  models?: ModelCatalog
  /** What others may fetch. @default the models kept on this machine that nobody restricts */
  sharedModels?: SharedModels
}

/**
 * Resolves to a server that has opened its state in `config.home` and listens nowhere yet.
 *
 * @throws {LumosError} `conflict` when another process uses the folder
 */
export async function createServer(
  config: ServerConfig,
  logger: Logger,
  { sharedModels, ...options }: ServerOptions = {},
): Promise<LumosServer> {
  await mkdir(config.home, { recursive: true, mode: 0o700 })
  const unlock = await lockFolder(config.home)
  const followed = followNodes(config.follow)
  try {
    const store = await PostgresStore.open(await openPglite(join(config.home, 'database')))
    const node = await createLocalNode({
      store,
      directory: config.home,
      ...options,
      warmUp: true,
      peer: config.peerListen.length > 0 && { listen: config.peerListen },
      fetchAllow: config.fetchAllow,
      adaptation: config.adaptation,
      publicCommands: config.publicCommands,
      revocationSources: followed.revocationSources,
      didLogSources: followed.didLogSources,
      onError: error => logger.error({ err: error }, 'a request failed'),
    })
    await applyConfiguredKey(node.access, config.apiKey)
    const shared = sharedModels ?? (await openSharedModels())
    return new HttpServer({ config, logger, node, store, followed, sharedModels: shared, unlock })
  } catch (error) {
    await followed[Symbol.asyncDispose]()
    await unlock()
    throw error
  }
}

interface HttpServerParts {
  config: ServerConfig
  logger: Logger
  node: LocalNode
  store: Store
  followed: AsyncDisposable
  sharedModels: SharedModels
  unlock: () => Promise<void>
}

class HttpServer implements LumosServer {
  readonly #parts: HttpServerParts
  #listener: ServerType | undefined
  #stopped: Promise<void> | undefined

  constructor(parts: HttpServerParts) {
    this.#parts = parts
  }

  get node(): LocalNode {
    return this.#parts.node
  }

  get url(): string {
    const address = this.#listener?.address()
    if (address == null || typeof address === 'string') {
      throw new LumosError('conflict', 'The server is not listening; call start() first')
    }
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${host}:${address.port}`
  }

  async start(): Promise<void> {
    const { config, logger, node, sharedModels } = this.#parts
    await node.start()
    const uiDir = uiFolder()
    const app = createApp({
      host: node.host,
      identity: node.identity,
      access: node.access,
      isReady: () => this.#stopped === undefined,
      requiresKey: config.apiKey !== undefined,
      corsOrigins: config.corsOrigins,
      allowedHosts: config.allowedHosts,
      sharedModels,
      ...(uiDir !== undefined && { uiDir }),
    })
    try {
      this.#listener = await listen(app.fetch, config)
    } catch (cause) {
      await this.stop()
      throw portError(cause, config)
    }
    logger.info({ url: this.url, nodeId: node.identity.did, peers: node.peerNode?.addresses() }, 'listening')
    this.#dialPeers()
  }

  async createClaimLink(): Promise<string | undefined> {
    const claim = await this.#parts.node.access.createClaimCode()
    // Behind the #, which browsers keep to themselves.
    return claim && `${this.url}/#claim=${claim.code}`
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll()
    return this.#stopped
  }

  #dialPeers(): void {
    const { config, logger, node } = this.#parts
    if (node.peerNode === undefined) return
    const transport = libp2pTransport(node.peerNode)
    for (const address of config.peers) {
      transport.dial(address).catch((error: unknown) => {
        logger.warn({ err: error, address }, 'could not reach a peer')
      })
    }
  }

  async #stopAll(): Promise<void> {
    const { config, node, store, followed, unlock } = this.#parts
    const listener = this.#listener as Server | undefined
    const closed = listener && new Promise<void>(resolve => listener.close(() => resolve()))
    try {
      await node.stop({ graceMs: config.graceMs })
      listener?.closeAllConnections()
      await closed
      await followed[Symbol.asyncDispose]()
      await store.stop()
    } finally {
      await unlock()
    }
  }
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], config: ServerConfig): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const listener = serve({ fetch, port: config.port, hostname: config.host }, () => resolve(listener))
    listener.once('error', reject)
  })
}

function portError(cause: unknown, { host, port }: ServerConfig): unknown {
  if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return cause
  return new LumosError(
    'conflict',
    `Port ${port} on ${host} is taken. Stop what uses it, or choose another: LUMOS_PORT=4112 npm start`,
    { cause },
  )
}
