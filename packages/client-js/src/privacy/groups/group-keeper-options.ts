import type {
  Clock,
  GroupRelay,
  Identity,
  KeyDirectory,
  PrincipalDid,
  Store,
  Verifier,
} from '../../contracts/index.ts'

export interface GroupKeeperOptions {
  /** Signs for us in every group. */
  identity: Identity
  /** Whom the identity speaks for. @default itself */
  did?: PrincipalDid
  /** The giver stops it. */
  store: Store
  relay: GroupRelay
  verifier: Verifier
  /** AES-GCM key that protects what is kept, best not extractable. @default kept in plain, and marked so */
  storageKey?: CryptoKey
  /** Says which keys speak for members that are not a key themselves. @default keys only */
  keys?: KeyDirectory
  /** How many epochs' keys are kept, for messages that come late. @default 64 */
  keepEpochs?: number
  /** @default the machine's clock */
  clock?: Clock
}
