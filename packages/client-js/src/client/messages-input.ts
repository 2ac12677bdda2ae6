import { LumosError, type Message, type MessageId, type Part, type Role } from '../contracts/index.ts'
import { createId } from '../core/index.ts'

/** A message in few words: who says what. */
export interface SimpleMessage {
  role: 'user' | 'assistant'
  content: string | Part[]
}

/** A text, or messages in full or in few words. */
export type MessagesInput = string | readonly (string | Message | SimpleMessage)[]

const roles: Record<string, Role> = { user: 'ROLE_USER', assistant: 'ROLE_AGENT' }

/** @throws {LumosError} `invalid-request` for a role that is neither user nor assistant */
export function toMessages(input: MessagesInput): Message[] {
  return (typeof input === 'string' ? [input] : input).map(toMessage)
}

function toMessage(input: string | Message | SimpleMessage): Message {
  if (typeof input === 'string') return createMessage('ROLE_USER', [{ text: input }])
  if ('parts' in input) return input
  const role = Object.hasOwn(roles, input.role) ? roles[input.role] : undefined
  if (role === undefined) {
    throw new LumosError('invalid-request', `A message is by user or assistant, not by ${input.role}.`)
  }
  return createMessage(role, typeof input.content === 'string' ? [{ text: input.content }] : input.content)
}

function createMessage(role: Role, parts: Part[]): Message {
  return { messageId: createId() as MessageId, role, parts }
}
