declare const brand: unique symbol

type Branded<Name extends string> = string & { readonly [brand]: Name }

/** An Ed25519 key that signs, as `did:key`. @see The did:key Method v0.9 */
export type Did = Branded<'Did'>

/** Whoever may own data or give permission: a key (did:key), an organisation (did:web), a person with devices (did:lumos). */
export type PrincipalDid = Did | Branded<'PrincipalDid'>

/** The DID of a node. Its key is the node's libp2p PeerId, so either one names the other. */
export type NodeId = Did

/** Names an agent on its node, for instance `assistant`. */
export type AgentId = Branded<'AgentId'>

/** One execution of an agent; the `id` of the A2A task that shows it. */
export type RunId = Branded<'RunId'>

/** A conversation; the `contextId` of A2A messages and tasks. */
export type ThreadId = Branded<'ThreadId'>

export type MessageId = Branded<'MessageId'>

/** Names a model in a catalogue, for instance `lumos-nano` or `HuggingFaceTB/SmolLM2-135M-Instruct`. */
export type ModelId = Branded<'ModelId'>

/** Names one tool call inside a run; doubles as the tool's idempotency key. */
export type ToolCallId = Branded<'ToolCallId'>

/** Unique per signed envelope; a host refuses to see one twice. */
export type RequestId = Branded<'RequestId'>

/** Unique per intention: every retry of one call carries the same key, and a host executes a key once. */
export type IdempotencyKey = Branded<'IdempotencyKey'>

/** Names an encrypted group: 16 random bytes, base64url. */
export type GroupId = Branded<'GroupId'>

/** A CIDv1 of SHA-256, as text in base32: `bafkrei…` for plain bytes, `bafybei…` for a node that names others. */
export type ContentId = Branded<'ContentId'>
