import type { ThreadPort } from '#platform'

export interface MessageListener {
  onMessage(message: unknown): void
  /** The thread ended or failed to start; no message follows. */
  onFailure(error: unknown): void
}

/** Listens to the other end of `port`, of the web's kind or of Node's. */
export function listenTo(port: ThreadPort, listener: MessageListener): void {
  if (port.on !== undefined) {
    port.on('message', message => listener.onMessage(message))
    port.on('messageerror', error => listener.onFailure(error))
    port.on('error', error => listener.onFailure(error))
    port.on('exit', () => listener.onFailure(undefined))
    return
  }
  port.addEventListener?.('message', event => listener.onMessage((event as MessageEvent).data))
  port.addEventListener?.('messageerror', event => listener.onFailure(event))
  port.addEventListener?.('error', event => listener.onFailure((event as ErrorEvent).error ?? event))
  ;(port as { start?: () => void }).start?.()
}
