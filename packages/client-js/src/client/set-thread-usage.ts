import type { Connections } from '../connections/index.ts'
import {
  type AbortOptions,
  type Identity,
  LumosError,
  type Place,
  type PrincipalDid,
  type SignedUsagePolicy,
  type Thread,
  type ThreadId,
  type UsagePolicy,
} from '../contracts/index.ts'
import { createUsagePolicy, type UsagePolicyInput } from '../privacy/usage-policy/create-usage-policy.ts'
import { signUsagePolicy } from '../privacy/usage-policy/signed-usage-policy.ts'

export interface SetUsageOptions extends AbortOptions {
  /** Whose conversation it is. @default the owner its policy names, else our own key */
  owner?: PrincipalDid | undefined
}

/** What became of a policy. */
export interface UsageUpdate {
  usage: SignedUsagePolicy
  /** Where it holds now. */
  reached: Place[]
  /** Where it does not, and why: copies there go by an older policy, if they have one. */
  missed: { place: Place; error: LumosError }[]
}

/** How long places may take to be told: some are away, and nobody waits for them longer. */
const tellingMs = 15_000
/** Another device of ours may set one at the same moment; then ours takes the next version. */
const maxAttempts = 4

interface UsageParts extends SetUsageOptions {
  connections: Connections
  identity: () => Promise<Identity>
}

/** @see ThreadHandle.setUsage */
export async function setThreadUsage(
  thread: { threadId: ThreadId; get(options: AbortOptions): Promise<Thread> },
  input: UsagePolicyInput,
  { connections, identity, owner, signal }: UsageParts,
): Promise<UsageUpdate> {
  const policy = createUsagePolicy(input)
  const { threadId } = thread
  let known = (await thread.get({ signal })).usage
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const version = (known?.version ?? 0) + 1
    const usage = await signThreadUsage(await identity(), threadId, {
      policy,
      version,
      owner: owner ?? known?.owner,
    })
    known = (await connections.call('thread.update', { threadId, usage }, { signal })).usage
    if (known?.signature !== usage.signature) continue
    const answers = await connections.callAll('usage.update', { usage }, { signal, deadlineMs: tellingMs })
    const reached = answers.flatMap(({ place, value }) =>
      value?.usage.signature === usage.signature ? place : [],
    )
    const missed = answers.flatMap(({ place, error }) => (error === undefined ? [] : { place, error }))
    return { usage, reached, missed }
  }
  throw new LumosError('conflict', 'The usage policy is being changed elsewhere at the same time. Try again.')
}

/** @param options.owner - absent: the key that signs */
export function signThreadUsage(
  identity: Identity,
  threadId: ThreadId,
  options: { policy: UsagePolicy; version?: number; owner?: PrincipalDid | undefined },
): Promise<SignedUsagePolicy> {
  const { policy, version = 1, owner = identity.did } = options
  return signUsagePolicy(identity, { resource: { owner, name: `thread/${threadId}` }, policy, version })
}
