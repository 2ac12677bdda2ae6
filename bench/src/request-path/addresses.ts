/** Where the answering process listens, sent to the asking one when it does. */
export interface Addresses {
  /** Origin of the raw node:http server. */
  rawHttp: string
  /** Origin of the SDK's HTTP binding. */
  http: string
  /** Our peer node. */
  tcp: string
  websocket: string
  /** libp2p as it comes. */
  rawTcp: string
  rawWebSocket: string
}

/** Protocols of the raw libp2p node. */
export const rawProtocols = {
  /** Echoes every chunk, for as long as the stream lives. */
  echo: '/bench/echo/1',
  /** Answers each request of so many bytes with so many others, for as long as the stream lives. */
  exchange: '/bench/exchange/1',
  /** Echoes one message per stream. */
  echoOnce: '/bench/echo-once/1',
  /** Answers each byte with the chunks of a token stream. */
  tokens: '/bench/tokens/1',
}

export const tokenCount = 1000

/** What one token is on our wire, so that the raw streams carry as much. */
export const tokenLine = JSON.stringify({ id: 500, type: 'text-delta', text: ' token' })

/** 1 KiB of JSON, what the raw echoes carry and a tool of the host takes and gives back. */
export const payload = { text: 'x'.repeat(1024 - '{"text":""}'.length) }

/** Fills the list of tools up to 1 KiB, which is what our plain call answers. */
export const toolDescription = 'x'.repeat(880)
