/**
 * What an adapter of yours must pass, and what tests of an app need: compliance suites for vitest and
 * implementations in memory.
 *
 * ```ts
 * import { storeSuite } from '@lomusai/client-js/testing'
 * import { MyStore } from '../src/my-store.ts'
 *
 * storeSuite('mine', { create: () => new MyStore() })
 * ```
 */

export { MemoryContentStore } from './content/index.ts'
export { type AgentSuiteOptions, agentContext, agentSuite, runAgent } from './testing/agent-suite.ts'
export { type AuditLogSuiteOptions, auditEvent, auditLogSuite } from './testing/audit-log-suite.ts'
export { type AuthorizerSuiteOptions, authorizerSuite } from './testing/authorizer-suite.ts'
export { type ContentSourceFixture, contentSourceSuite } from './testing/content-source-suite.ts'
export { type ContentStoreFixture, contentStoreSuite } from './testing/content-store-suite.ts'
export { CrashingStore, type CrashingStoreOptions } from './testing/crashing-store.ts'
export { embeddingModelSuite } from './testing/embedding-model-suite.ts'
export { type Faults, FlakyTransport, type FlakyTransportOptions } from './testing/flaky-transport.ts'
export { groupKeeperSuite } from './testing/group-keeper-suite.ts'
export { type GroupRelaySuiteOptions, groupRelaySuite } from './testing/group-relay-suite.ts'
export { type GroupKeeperSuiteOptions, GroupPerson } from './testing/group-scene.ts'
export { HashEmbeddings } from './testing/hash-embeddings.ts'
export { collect, Requester, type RequestOptions, runParams, userMessage } from './testing/host-fixture.ts'
export { type HostSuiteOptions, type HostSuiteParts, hostSuite } from './testing/host-suite.ts'
export { identitySuite } from './testing/identity-suite.ts'
export { type KeyDirectoryFixture, keyDirectorySuite } from './testing/key-directory-suite.ts'
export { type KeyStoreFixture, type KeyStoreSuiteOptions, keyStoreSuite } from './testing/key-store-suite.ts'
export { ManualClock } from './testing/manual-clock.ts'
export { MemoryAuditLog } from './testing/memory-audit-log.ts'
export { MemoryContentSource, type SourceMood } from './testing/memory-content-source.ts'
export { MemoryGroupRelay } from './testing/memory-group-relay.ts'
export { MemoryHeadAnchor } from './testing/memory-head-anchor.ts'
export { MemoryKeyDirectory } from './testing/memory-key-directory.ts'
export { MemoryModelCatalog } from './testing/memory-model-catalog.ts'
export { MemoryPairingChannel } from './testing/memory-pairing-channel.ts'
export { type ModelFixture, type ModelScript, modelSuite } from './testing/model-suite.ts'
export { type PairingChannelFixture, pairingChannelSuite } from './testing/pairing-channel-suite.ts'
export { answerResult, type ScriptedAnswer, ScriptedHandler } from './testing/scripted-handler.ts'
export { ScriptedModel, type ScriptedModelOptions, type ScriptedTurn } from './testing/scripted-model.ts'
export { type SimulatedAnswer, SimulatedHost } from './testing/simulated-host.ts'
export { type StoreSuiteOptions, storeSuite } from './testing/store-suite.ts'
export { type ThreadStoreSuiteOptions, threadStoreSuite } from './testing/thread-store-suite.ts'
export { type ToolSuiteOptions, toolContext, toolSuite } from './testing/tool-suite.ts'
export type { CreateTransportPair, TransportPair } from './testing/transport-pair.ts'
export { transportSuite } from './testing/transport-suite.ts'
export { type UsagePoliciesSuiteOptions, usagePoliciesSuite } from './testing/usage-policies-suite.ts'
