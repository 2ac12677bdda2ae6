import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Span } from './span.ts'

const main = fileURLToPath(new URL('../../../packages/server/dist/main.js', import.meta.url))

export interface StartedServer extends AsyncDisposable {
  url: string
  /** From the start of the process until it said where it listens. */
  readyMs: number
}

/** The built server as `npm start` runs it, with a home of its own. */
export async function startServer(home: string): Promise<StartedServer> {
  const at = performance.now()
  const env = {
    ...process.env,
    LUMOS_HOME: home,
    LUMOS_PORT: '0',
    LUMOS_P2P_LISTEN: 'off',
    LUMOS_LOG_LEVEL: 'error',
  }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk
      const [, found] = /ready at (\S+)/.exec(text) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('exit', code => reject(new Error(`The server ended with ${code}.`)))
  })
  const readyMs = performance.now() - at
  return {
    url,
    readyMs,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** A second start: asked at once, and asked after two seconds without work. */
export async function measureServer(): Promise<Span[]> {
  const home = mkdtempSync(join(tmpdir(), 'lumos-start-'))
  try {
    // The first start makes the database.
    await (await startServer(home))[Symbol.asyncDispose]()
    return [...(await startAndAsk(home, 0)), ...(await startAndAsk(home, 2000)).slice(1)]
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function startAndAsk(home: string, waitMs: number): Promise<Span[]> {
  await using server = await startServer(home)
  await new Promise(resolve => setTimeout(resolve, waitMs))
  const name = waitMs === 0 ? 'asked at once' : `asked after ${waitMs / 1000} s`
  const at = performance.now()
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'assistant',
      stream: true,
      messages: [{ role: 'user', content: 'Hello, who are you?' }],
    }),
  })
  let text = ''
  let firstMs: number | undefined
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (firstMs === undefined && /"content":"[^"]/.test(text)) firstMs = performance.now() - at
  }
  if (firstMs === undefined) throw new Error(`No answer: ${text.slice(0, 300)}`)
  return [
    { name: 'listening', ms: server.readyMs },
    { name: `${name}: first token`, ms: firstMs },
    { name: `${name}: answer`, ms: performance.now() - at },
  ]
}
