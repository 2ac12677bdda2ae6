import type { Identity, RequestHandler, Transport } from '../contracts/index.ts'

/** A transport under test, and a listening `handler` it can dial. */
export interface TransportPair {
  transport: Transport
  address: string
  /** An address of the right form where nobody answers. */
  deadAddress: string
  /** An address where somebody accepts and then says nothing; absent where that cannot be. */
  silentAddress?: string
  /** Breaks every connection without a goodbye; the listener goes on. Absent where there is no medium to break. */
  sever?(): Promise<void>
  /**
   * Sends these bytes where a request is expected, and resolves when the listener has judged them. Absent where
   * values, not bytes, are handed over.
   */
  sendRaw?(bytes: Uint8Array): Promise<void>
  stop(): Promise<void>
}

/** @param identity - the handler's own, for transports that prove who answers */
export type CreateTransportPair = (handler: RequestHandler, identity: Identity) => Promise<TransportPair>
