import * as z from 'zod'
import type { JsonValue, SignedUsagePolicy } from '../contracts/index.ts'
import { isDid, isJsonObject } from '../core/index.ts'
import { isSignedUsagePolicy } from '../privacy/usage-policy/index.ts'

export const idPattern = /^[\w.:~-]{1,128}$/
export const traceparentPattern = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/
export const maxNameLength = 64
export const maxProofLength = 1024

/** Ids that clients choose: they become part of store keys. */
export const id = z.string().regex(idPattern, 'Expected 1 to 128 of A-Z a-z 0-9 _ . : ~ -')

export const did = z.string().refine(isDid, 'Expected the did:key of an Ed25519 key')

/** Whoever may own data: a key, an organisation, a person. */
export const principal = z
  .string()
  .max(256)
  .regex(/^did:(key|web|lumos):[\w.%:-]+$/, 'Expected a did:key, did:web or did:lumos')

export const command = z
  .string()
  .max(256)
  .regex(/^(\/|(\/[a-z0-9_-]+)+)$/, 'Expected a command such as /thread/get')

/** CIDv1, base32. */
export const cid = z.string().regex(/^b[a-z2-7]{20,120}$/, 'Expected a CID')

/** Base64url of a UCAN. */
export const token = z
  .string()
  .min(1)
  .max(16_384)
  .regex(/^[\w-]+$/, 'Expected base64url')

export const timestamp = z.iso.datetime({ offset: true })

export const sequence = z.int().min(0)

/** Statements in JSON; what they mean, and whether they mean anything, access control judges. */
export const policy = z.array(z.array(z.unknown()).min(2).max(3)).max(64)

export const usage = z.custom<SignedUsagePolicy>(isSignedUsagePolicy, 'Expected a signed usage policy')

export const modelId = z.string().min(1).max(256)

export const toolName = z.string().regex(/^[\w-]{1,64}$/, 'Expected 1 to 64 of A-Z a-z 0-9 _ -')

/** Depth and size are checked before any schema, so what is inside is JSON of bearable size. */
export const jsonObject = z.custom<object>(value => isJsonObject(value as JsonValue), 'Expected an object')

export const title = z.string().max(256)

const part = z
  .strictObject({
    text: z.string().optional(),
    raw: z.base64().optional(),
    url: z.string().max(8192).optional(),
    data: z.unknown().optional(),
    mediaType: z.string().max(256).optional(),
    filename: z.string().max(256).optional(),
    metadata: jsonObject.optional(),
  })
  .refine(
    ({ text, raw, url, data }) => [text, raw, url, data].filter(member => member !== undefined).length === 1,
    'Expected exactly one of text, raw, url and data',
  )

/** @see A2A 1.0, Message */
export const message = z.strictObject({
  messageId: id,
  contextId: id.optional(),
  taskId: id.optional(),
  role: z.enum(['ROLE_USER', 'ROLE_AGENT']),
  parts: z.array(part).min(1).max(64),
  metadata: jsonObject.optional(),
  extensions: z.array(z.string().max(1024)).max(64).optional(),
  referenceTaskIds: z.array(id).max(64).optional(),
})

export const messages = z.array(message).min(1).max(256)

export const sampling = {
  temperature: z.number().min(0).max(5).optional(),
  topP: z.number().gt(0).max(1).optional(),
  topK: z.int().min(0).optional(),
  repetitionPenalty: z.number().gt(0).max(10).optional(),
  seed: z.int().optional(),
  maxOutputTokens: z.int().min(1).max(131_072).optional(),
  stop: z.array(z.string().min(1).max(256)).max(16).optional(),
}

const envelopeMembers = {
  protocol: z.string().max(maxNameLength),
  id,
  verb: z.string().max(maxNameLength),
  params: jsonObject,
  issuer: did,
  subject: principal.optional(),
  delegations: z.array(token).max(16).optional(),
  audience: did,
  issuedAt: z.int().min(0),
  deadline: z.int().min(0),
  idempotencyKey: id,
  traceparent: z.string().regex(traceparentPattern, 'Expected a W3C traceparent'),
}

/** Of any verb; each verb's own schema judges `params`. */
export const envelope = z.strictObject({ ...envelopeMembers, proof: z.string().max(maxProofLength) })

/** The same where a session proves it. */
export const unsignedEnvelope = z.strictObject(envelopeMembers)
