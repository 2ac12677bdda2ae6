import { watchNetwork } from '#platform'
import { LumosClient } from '../client/index.ts'
import {
  type BackoffOptions,
  Connections,
  type CredentialsProvider,
  type PlaceChoice,
} from '../connections/index.ts'
import type { Clock, Credentials, Identity, Place, RequestHandler, Transport } from '../contracts/index.ts'
import { createSystemClock } from '../core/index.ts'
import { createIdentity } from '../identity/create-identity.ts'
import { httpTransport } from '../transports/http/http-transport.ts'
import { inProcessAddress, inProcessTransport } from '../transports/in-process/in-process-transport.ts'
import { randomFraction } from './random-fraction.ts'

export interface ClientOptions {
  /** A local place: a host in this process. */
  host?: RequestHandler | undefined
  /** A cloud place: the origin of a Lumos server, with a path when it is mounted below one. */
  baseUrl?: string | undefined
  /** Peer places, the preferred one first, each dialled by one of `transports`. */
  peers?: readonly string[] | undefined
  /** Beside in-process and HTTP, which are always there. `client.stop()` stops them too. */
  transports?: readonly Transport[] | undefined
  /** Where requests go; `auto` takes the first that answers of local, cloud, peers. @default 'auto' */
  place?: PlaceChoice | undefined
  /** Who signs the requests. @default a fresh one, in memory */
  identity?: Identity | Promise<Identity> | undefined
  /**
   * Whose data requests are about, and the delegations that allow it; a function is asked before each request, with
   * the node it goes to, so that nobody sees delegations that are none of their business.
   *
   * @default our own data, with what the node allows us
   */
  credentials?: Credentials | CredentialsProvider | undefined
  /** How long a request may take, waiting for a place included. @default 120,000 */
  timeoutMs?: number | undefined
  /** How long a run's place may be away before the run starts again at another. @default 10,000 */
  resumeTimeoutMs?: number | undefined
  /** How long one attempt to connect may take. @default 10,000 */
  dialTimeoutMs?: number | undefined
  /** How many requests may wait while no place answers; more are refused. @default 100 */
  maxWaiting?: number | undefined
  /** How long a place that failed is left alone. */
  backoff?: BackoffOptions | undefined
  /** Sent with every HTTP request, for a gateway in front of the server. */
  headers?: Record<string, string> | undefined
  /** @default the machine's */
  clock?: Clock | undefined
}

/**
 * A client of agents in this process, on a server and on peers. It connects when first asked something.
 *
 * ```ts
 * const client = createClient({ baseUrl: 'http://127.0.0.1:4111' })
 * const { text } = await client.getAgent('assistant').generate('What is 23 × 19?')
 * ```
 *
 * @throws {LumosError} `unsupported` for a peer that no transport can dial
 */
export function createClient(options: ClientOptions): LumosClient {
  const { clock = createSystemClock(), credentials, headers = {}, host, transports = [], ...rest } = options
  let identity = options.identity
  // Made when first needed, so that a client nobody uses costs nothing.
  const openIdentity = async () => {
    identity ??= createIdentity()
    return identity
  }
  const connections = new Connections({
    ...rest,
    clock,
    identity: openIdentity,
    credentials: typeof credentials === 'function' ? credentials : () => credentials,
    random: randomFraction,
    places: placesOf(options),
    transports: [
      ...(host === undefined ? [] : [inProcessTransport(host)]),
      httpTransport({ clock, headers }),
      ...transports,
    ],
    watchNetwork,
  })
  return new LumosClient(connections, openIdentity)
}

function placesOf({ host, baseUrl, peers = [] }: ClientOptions): Place[] {
  return [
    ...(host === undefined ? [] : [{ kind: 'local', address: inProcessAddress } as const]),
    ...(baseUrl === undefined ? [] : [{ kind: 'cloud', address: baseUrl } as const]),
    ...peers.map(address => ({ kind: 'peer', address }) as const),
  ]
}
