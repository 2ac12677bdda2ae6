import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Command, LumosError } from '@lomusai/client-js'
import { defaultPublicCommands, isCommand } from '@lomusai/client-js/access'
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)
const list = z.string().transform(text => text.split(/[\s,]+/).filter(Boolean))

const environment = z.object({
  /** TCP port of the HTTP listener; 0 lets the system choose. */
  LUMOS_PORT: port.default(4111),
  /** Address to listen on. Beyond loopback nothing is public unless LUMOS_PUBLIC says so. */
  LUMOS_HOST: z.string().default('127.0.0.1'),
  /** Where identity, database and model cache live. */
  LUMOS_HOME: z.string().optional(),
  /** Multiaddrs to listen on; `off` for no peer node. */
  LUMOS_P2P_LISTEN: list.optional(),
  /** Peers to dial at start. */
  LUMOS_PEERS: list.optional(),
  /** URLs of nodes whose revocations and logs of people's devices count here too. */
  LUMOS_FOLLOW: list.pipe(z.array(z.url({ protocol: /^https?$/ }))).optional(),
  /** What needs no permission: `default`, `none`, or commands such as `/agent /model`. */
  LUMOS_PUBLIC: list.optional(),
  /** A key for `/v1`, which asks for one then. Absent: whoever needs none. */
  LUMOS_API_KEY: z.string().min(16).optional(),
  /** Web origins other than our own that may call `/api`. */
  LUMOS_CORS_ORIGINS: list.optional(),
  /** Host names, beside loopback ones, under which we are reached. */
  LUMOS_ALLOWED_HOSTS: list.optional(),
  /** Hosts the `fetch` tool may read from. */
  LUMOS_FETCH_ALLOW: list.optional(),
  /** `on`: the assistant learns from ratings, for each user apart. */
  LUMOS_ADAPTATION: z.enum(['on', 'off']).default('off'),
  LUMOS_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  /** How long running answers may take to finish at shutdown, before they are suspended. */
  LUMOS_GRACE_MS: z.coerce.number().int().min(0).default(5_000),
})

/** Everything a server needs to know before it starts. */
export interface ServerConfig {
  port: number
  host: string
  home: string
  /** Empty: no peer node. */
  peerListen: string[]
  peers: string[]
  /** HTTP addresses of nodes to learn revocations and device changes from. */
  follow: string[]
  /** What anybody may do who can prove who they are. */
  publicCommands: readonly Command[]
  apiKey?: string
  corsOrigins: string[]
  allowedHosts: string[]
  fetchAllow: string[]
  /** The assistant learns from ratings. */
  adaptation: boolean
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  graceMs: number
}

/** Two listeners on loopback, ports chosen by the system. */
const defaultPeerListen = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws']

/**
 * The configuration that environment variables ask for.
 *
 * @throws {LumosError} `invalid-request` naming each variable that cannot be used, and why
 */
export function configFromEnvironment(variables: NodeJS.ProcessEnv): ServerConfig {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(present)
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
    throw new LumosError('invalid-request', `Cannot start with these settings. ${reasons.join('; ')}`)
  }
  const values = parsed.data
  const peerAddresses = peerListen(values.LUMOS_P2P_LISTEN)
  const config: ServerConfig = {
    port: values.LUMOS_PORT,
    host: values.LUMOS_HOST,
    home: values.LUMOS_HOME ?? join(homedir(), '.lumos'),
    peerListen: peerAddresses,
    peers: values.LUMOS_PEERS ?? [],
    follow: values.LUMOS_FOLLOW ?? [],
    publicCommands: publicCommands(values.LUMOS_PUBLIC, [values.LUMOS_HOST, ...peerAddresses]),
    corsOrigins: values.LUMOS_CORS_ORIGINS ?? [],
    allowedHosts: values.LUMOS_ALLOWED_HOSTS ?? [],
    fetchAllow: values.LUMOS_FETCH_ALLOW ?? [],
    adaptation: values.LUMOS_ADAPTATION === 'on',
    logLevel: values.LUMOS_LOG_LEVEL,
    graceMs: values.LUMOS_GRACE_MS,
  }
  if (values.LUMOS_API_KEY !== undefined) config.apiKey = values.LUMOS_API_KEY
  return config
}

/** A code makes an owner wherever the node can be reached: who has none gets nothing. */
const alwaysPublic: Command = '/access/claim'

function publicCommands(listed: string[] | undefined, addresses: string[]): readonly Command[] {
  const isOwnMachine = addresses.every(isLoopback)
  const [first] = listed ?? [isOwnMachine ? 'default' : 'none']
  if (listed === undefined || listed.length === 1) {
    if (first === 'default') return defaultPublicCommands
    if (first === 'none') return [alwaysPublic]
  }
  const wrong = listed?.find(command => !isCommand(command))
  if (wrong === undefined) return [...new Set([...(listed as Command[]), alwaysPublic])]
  throw new LumosError(
    'invalid-request',
    `Cannot start with these settings. LUMOS_PUBLIC: "${wrong}" is no command; use default, none, or /agent /model`,
  )
}

function peerListen(listen: string[] | undefined): string[] {
  if (listen === undefined) return defaultPeerListen
  return listen[0] === 'off' ? [] : listen
}

/** @param address - a host name, an IP address, or a multiaddr */
export function isLoopback(address: string): boolean {
  const [, multiaddrHost] = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\//.exec(address) ?? []
  const host = multiaddrHost ?? address
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
