import { Agent, request } from 'node:http'
import { payload } from './addresses.ts'
import type { Path } from './path.ts'

/** node:http over a kept-alive connection, JSON parsed at both ends; tokens as server-sent events. */
export function rawHttpPath(origin: string): Path {
  const agent = new Agent({ keepAlive: true })
  const exchange = (method: string, body?: string) =>
    new Promise<string>((resolve, reject) => {
      const sent = request(origin, { agent, method }, response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('end', () => resolve(Buffer.concat(chunks).toString()))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  return {
    name: 'raw HTTP',
    baselines: ['raw HTTP'],
    async call() {
      JSON.parse(await exchange('POST', JSON.stringify(payload)))
    },
    async readTokens() {
      for (const event of (await exchange('GET')).split('\n\n')) {
        if (event !== '') JSON.parse(event.slice('data: '.length))
      }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy()
    },
  }
}
