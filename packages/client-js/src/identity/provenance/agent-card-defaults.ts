import type { JsonObject, JsonValue } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'

interface MessageShape {
  /** Members that stay as they are: required ones, and those that know whether they were set. */
  kept: readonly string[]
  /** Members that hold messages, or lists of them. */
  messages?: Record<string, MessageShape>
  /** Members that hold messages by name. */
  maps?: Record<string, MessageShape>
}

const requirement: MessageShape = { kept: [], maps: { schemes: { kept: [] } } }

const flow = (...kept: string[]): MessageShape => ({ kept })

const securityScheme: MessageShape = {
  kept: [],
  messages: {
    apiKeySecurityScheme: { kept: ['location', 'name'] },
    httpAuthSecurityScheme: { kept: ['scheme'] },
    oauth2SecurityScheme: {
      kept: ['flows'],
      messages: {
        flows: {
          kept: [],
          messages: {
            authorizationCode: flow('authorizationUrl', 'tokenUrl', 'scopes'),
            clientCredentials: flow('tokenUrl', 'scopes'),
            implicit: flow(),
            password: flow(),
            deviceCode: flow('deviceAuthorizationUrl', 'tokenUrl', 'scopes'),
          },
        },
      },
    },
    openIdConnectSecurityScheme: { kept: ['openIdConnectUrl'] },
    mtlsSecurityScheme: { kept: [] },
  },
}

/** Which members of a card are required or optional, by message. @see A2A 1.0, a2a.proto */
const agentCard: MessageShape = {
  kept: [
    'name',
    'description',
    'supportedInterfaces',
    'version',
    'documentationUrl',
    'capabilities',
    'defaultInputModes',
    'defaultOutputModes',
    'skills',
    'iconUrl',
  ],
  messages: {
    supportedInterfaces: { kept: ['url', 'protocolBinding', 'protocolVersion'] },
    provider: { kept: ['url', 'organization'] },
    capabilities: {
      kept: ['streaming', 'pushNotifications', 'extendedAgentCard'],
      // Parameters are free JSON.
      messages: { extensions: { kept: ['params'] } },
    },
    securityRequirements: requirement,
    skills: {
      kept: ['id', 'name', 'description', 'tags'],
      messages: { securityRequirements: requirement },
    },
  },
  maps: { securitySchemes: securityScheme },
}

/**
 * The card without the members that Protocol Buffers would not tell from absent ones, as signing wants it.
 *
 * @see A2A 1.0 section 8.4.1
 */
export function withoutDefaults(card: JsonValue): JsonValue {
  return strip(card, agentCard)
}

function strip(value: JsonValue, shape: MessageShape): JsonValue {
  if (Array.isArray(value)) return value.map(item => strip(item, shape))
  if (!isJsonObject(value)) return value
  const stripped: JsonObject = {}
  for (const [name, member] of Object.entries(value)) {
    const kept = shape.kept.includes(name)
    // A message that is there was set, whatever is in it.
    const isMessage = shape.messages?.[name] !== undefined && isJsonObject(member)
    if (!kept && !isMessage && isDefault(member)) continue
    stripped[name] = stripMember(member, name, shape)
  }
  return stripped
}

function stripMember(member: JsonValue, name: string, { messages, maps }: MessageShape): JsonValue {
  const map = maps?.[name]
  if (map !== undefined && isJsonObject(member)) {
    return Object.fromEntries(Object.entries(member).map(([key, item]) => [key, strip(item, map)]))
  }
  const message = messages?.[name]
  return message === undefined ? member : strip(member, message)
}

function isDefault(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (isJsonObject(value)) return Object.keys(value).length === 0
  return value === '' || value === 0 || value === false || value === null
}
