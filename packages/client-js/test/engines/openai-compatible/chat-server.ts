import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  path: string
  headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  body: any
}

export type Answer = (response: ServerResponse, asked: Asked) => unknown

/** A real HTTP server on loopback that answers chat completions as a test says, and remembers what was asked. */
export class ChatServer implements AsyncDisposable {
  readonly asked: Asked[] = []
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  readonly #answer: Answer

  private constructor(answer: Answer) {
    this.#answer = answer
  }

  static async start(answer: Answer): Promise<ChatServer> {
    const server = new ChatServer(answer)
    await new Promise<void>(resolve => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const { url = '', headers } = request
    const asked = { path: url, headers, body: text === '' ? undefined : JSON.parse(text) }
    this.asked.push(asked)
    if (url === '/v1/models')
      sendJson(response, 200, { object: 'list', data: [{ id: 'small' }, { id: 'large:7b' }] })
    else await this.#answer(response, asked)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/** Sends events as they are given; text goes out unchanged. */
export function sendEvents(response: ServerResponse, events: unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events)
    response.write(typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`)
  response.end()
}

export const done = 'data: [DONE]\n\n'

export function delta(content: object, finishReason: string | null = null) {
  const choices = [{ index: 0, delta: content, finish_reason: finishReason }]
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'small', choices }
}

export const usage = {
  ...delta({}),
  choices: [],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
}
