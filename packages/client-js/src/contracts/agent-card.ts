import type { JsonObject } from './json.ts'

/** One thing an agent is good at. @see A2A 1.0, AgentSkill */
export interface AgentSkill {
  id: string
  name: string
  description: string
  tags: string[]
  examples?: string[]
  inputModes?: string[]
  outputModes?: string[]
}

/** Where and how an agent is reached. @see A2A 1.0, AgentInterface */
export interface AgentInterface {
  url: string
  /** `JSONRPC`, `HTTP+JSON`, `GRPC`, or a URI for a custom binding. */
  protocolBinding: string
  protocolVersion: string
}

/** A JWS (RFC 7515) over the canonical JSON of the card without `signatures`. @see A2A 1.0, AgentCardSignature */
export interface AgentCardSignature {
  /** base64url of the protected header. */
  protected: string
  signature: string
  header?: JsonObject
}

/** What an agent says of itself. @see A2A 1.0, AgentCard */
export interface AgentCard {
  name: string
  description: string
  version: string
  provider?: { organization: string; url: string }
  documentationUrl?: string
  iconUrl?: string
  supportedInterfaces: AgentInterface[]
  capabilities: { streaming?: boolean; pushNotifications?: boolean; extendedAgentCard?: boolean }
  defaultInputModes: string[]
  defaultOutputModes: string[]
  skills: AgentSkill[]
  signatures?: AgentCardSignature[]
}
