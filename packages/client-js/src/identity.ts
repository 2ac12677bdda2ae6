/**
 * Who we are: Ed25519 keys named by did:key, people with several devices by did:lumos, organisations by did:web.
 *
 * ```ts
 * import { createDidLog, createIdentity, openIdentity, verifyDidLog } from '@lomusai/client-js/identity'
 *
 * const identity = await openIdentity({ directory: 'my-app' })
 * console.log(identity.did) // did:key:z6Mk…
 *
 * const words = await createIdentity()
 * const log = await createDidLog({
 *   devices: [{ key: identity.did, label: 'Phone' }],
 *   recoveryKeys: [words.did],
 *   signer: identity,
 * })
 * console.log((await verifyDidLog(log)).did) // did:lumos:bagaaiera…
 * ```
 */

export { didFromPeerId, didFromPublicKey, peerIdFromDid, publicKeyFromDid } from './core/did-key.ts'
export { createApiKey, identityFromApiKey, isApiKey } from './identity/api-key.ts'
export { createIdentity, identityFromSeed } from './identity/create-identity.ts'
export { createVerifier, type VerifierOptions } from './identity/create-verifier.ts'
export { compareDidLogs, type DidLogComparison } from './identity/did-log/choose-did-log.ts'
export { didLogLimits, recoveryWindowMs } from './identity/did-log/did-log-limits.ts'
export {
  type DidLogSource,
  type HttpDidLogSourceOptions,
  httpDidLogSource,
} from './identity/did-log/did-log-source.ts'
export type { DidLogState } from './identity/did-log/did-log-state.ts'
export {
  type DidLogStateOptions,
  DidLogStore,
  type DidLogStoreOptions,
} from './identity/did-log/did-log-store.ts'
export type {
  DidChange,
  DidCreation,
  DidDevice,
  DidLog,
  DidOperation,
  DidOperationCid,
  DidOperationFrame,
  LumosDid,
} from './identity/did-log/did-operation.ts'
export { isLumosDid } from './identity/did-log/operation-cid.ts'
export { decodeDidLog } from './identity/did-log/read-did-log.ts'
export {
  type VerifiedDidLog,
  type VerifyDidLogOptions,
  verifiedDidLog,
  verifyDidLog,
} from './identity/did-log/verify-did-log.ts'
export {
  type AppendToDidLogOptions,
  appendToDidLog,
  type CreateDidLogOptions,
  createDidLog,
} from './identity/did-log/write-did-log.ts'
export { createDidResolver, type DidResolverOptions } from './identity/did-resolver.ts'
export type { WebDidOptions } from './identity/did-web/resolve-web-did.ts'
export { isWebDid, webDid, webDidUrl } from './identity/did-web/web-did.ts'
export { createWebDidDocument } from './identity/did-web/write-web-did-document.ts'
export type { BoundedFetchOptions } from './identity/fetch-bounded.ts'
export { createKeyDirectory, type KeyDirectoryOptions } from './identity/key-directory.ts'
export {
  createKeyStore,
  createMemoryKeyStore,
  type KeyStoreOptions,
  type PassphraseCost,
} from './identity/key-stores/index.ts'
export { type OpenIdentityOptions, openIdentity } from './identity/open-identity.ts'
export {
  type AnsweredPairing,
  type AnswerPairingOptions,
  answerPairing,
  type OfferedPairing,
  type OfferPairingOptions,
  offerPairing,
  type PairedLog,
} from './identity/pairing/index.ts'
export {
  type CreatePersonOptions,
  createPerson,
  openPerson,
  type PairDeviceOptions,
  Person,
  type PersonDevice,
  type PersonPlace,
  pairDevice,
  type RecoverPersonOptions,
  type RotateRecoveryOptions,
  recoverPerson,
  type WholePlace,
} from './identity/person/index.ts'
export * from './identity/provenance/index.ts'
export {
  combineShares,
  createGuardianKey,
  createRecoveryWords,
  openShare,
  passShareOn,
  recoveryIdentity,
  type SealedShare,
  type SplitOptions,
  splitRecovery,
  type WordLanguage,
} from './identity/recovery/index.ts'
