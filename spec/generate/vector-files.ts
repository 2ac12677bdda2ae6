import { capabilityVectors } from './capability-vectors.ts'
import { didLogVectors } from './did-log-vectors.ts'
import { envelopeVectors } from './envelope-vectors.ts'
import { eventStreamVectors, eventVectors } from './event-vectors.ts'
import { identityVectors } from './identity-vectors.ts'
import { jsonVectors } from './json-vectors.ts'
import { sessionVectors } from './session-vectors.ts'

/** The content of every file that the generator writes, by name. */
export async function vectorFiles(): Promise<Record<string, string>> {
  const vectors = {
    'canonical-json.json': jsonVectors(),
    'identity.json': await identityVectors(),
    'did-lumos.json': await didLogVectors(),
    'envelopes.json': await envelopeVectors(),
    'session-proofs.json': await sessionVectors(),
    'capabilities.json': await capabilityVectors(),
    'events.json': eventVectors(),
    'event-streams.json': eventStreamVectors(),
  }
  return Object.fromEntries(
    Object.entries(vectors).map(([name, content]) => [name, `${JSON.stringify(content, null, 2)}\n`]),
  )
}
