/**
 * The client of Lumos-X: agents in this process, on a server and on peers, behind one interface.
 *
 * ```ts
 * import { createClient } from '@lomusai/client-js'
 *
 * const client = createClient({ baseUrl: 'http://127.0.0.1:4111' })
 * const stream = await client.getAgent('assistant').stream('What is 23 × 19?')
 * for await (const text of stream.textStream) console.log(text)
 * ```
 */

export * from './client/index.ts'
export type {
  BackoffOptions,
  CallOptions,
  ConnectionInfo,
  CredentialsProvider,
  PlaceChoice,
} from './connections/index.ts'
export * from './contracts/index.ts'
export { type ClientOptions, createClient } from './presets/create-client.ts'
export type { UsagePolicyInput } from './privacy/usage-policy/create-usage-policy.ts'
