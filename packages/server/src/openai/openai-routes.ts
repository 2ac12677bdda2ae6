import { isLumosError, type LumosClient, LumosError } from '@lomusai/client-js'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamSSE } from 'hono/streaming'
import { answerEvents } from './answer-events.ts'
import type { Caller, Callers } from './callers.ts'
import { chatChunks, chatCompletion } from './chat-chunks.ts'
import { type ChatRequest, chatRequestSchema } from './chat-request.ts'
import { embeddingsAnswer, modelIdOf, readEmbeddingsRequest } from './embeddings-request.ts'
import { openAiError } from './openai-error.ts'

const maxBodyBytes = 1024 * 1024

interface RequestVariables {
  Variables: { caller: Caller }
}

/** `/chat/completions`, `/embeddings` and `/models`, as OpenAI's clients expect them. @see OpenAI API reference */
export function openAiRoutes(callers: Callers): Hono<RequestVariables> {
  const routes = new Hono<RequestVariables>()
  routes.onError((error, context) => {
    // Before a caller is known, there is none.
    const caller = context.get('caller') as Caller | undefined
    const { status, body } = openAiError(asLumosError(error, caller))
    return context.json(body, status)
  })
  routes.use(async (context, next) => {
    context.set('caller', await callers.of(context.req.header('authorization')))
    return next()
  })
  routes.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw new LumosError('too-large', `A request may have ${maxBodyBytes} bytes at most`)
      },
    }),
  )

  routes.get('/models', async context =>
    context.json({ object: 'list', data: await modelRows(context.get('caller').client) }),
  )

  routes.post('/embeddings', async context => {
    const request = readEmbeddingsRequest(parseJson(await context.req.text()))
    const modelId = modelIdOf(request)
    const embeddings = await context.get('caller').client.embed(request.input, {
      ...(modelId !== undefined && { modelId }),
      ...(request.dimensions !== undefined && { dimensions: request.dimensions }),
      signal: context.req.raw.signal,
    })
    return context.json(embeddingsAnswer(embeddings, request.encoding_format))
  })

  routes.post('/chat/completions', async context => {
    const caller = context.get('caller')
    const request = parseRequest(await context.req.text())
    const head = {
      id: `chatcmpl-${crypto.randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model: request.model,
    }
    const reader = new AbortController()
    const hangUp = (): void => reader.abort(new LumosError('run-stopped', 'The caller hung up'))
    context.req.raw.signal.addEventListener('abort', hangUp, { once: true })
    const events = await started(answerEvents(caller, request, reader.signal))
    if (request.stream !== true) return context.json(await chatCompletion(head, events))
    return streamSSE(context, async stream => {
      stream.onAbort(hangUp)
      const includeUsage = request.stream_options?.include_usage === true
      try {
        for await (const chunk of chatChunks(head, events, { includeUsage })) {
          await stream.writeSSE({ data: JSON.stringify(chunk) })
        }
        await stream.writeSSE({ data: '[DONE]' })
      } catch (error) {
        if (reader.signal.aborted) return
        const { body } = openAiError(asLumosError(error, caller))
        await stream.writeSSE({ data: JSON.stringify(body) })
      }
    })
  })
  return routes
}

/** Resolves at the first event, so that a refusal is still an HTTP status and not the end of a stream. */
async function started<T>(events: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = events[Symbol.asyncIterator]()
  const first = await iterator.next()
  return (async function* () {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  })()
}

async function modelRows(client: LumosClient): Promise<object[]> {
  const [agents, { models }] = await Promise.all([client.getAgents(), client.getModels()])
  const row = (id: string, owner: string): object => ({ id, object: 'model', created: 0, owned_by: owner })
  return [
    ...Object.keys(agents).map(agentId => row(agentId, 'lumos-agent')),
    ...models.map(model => row(model.modelId, model.engine)),
  ]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LumosError('malformed-frame', 'The body is not JSON', { cause })
  }
}

function parseRequest(text: string): ChatRequest {
  const parsed = chatRequestSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LumosError('invalid-request', `${issue?.path.join('.')}: ${issue?.message}`)
}

function asLumosError(error: unknown, caller: Caller | undefined): LumosError {
  if (!isLumosError(error)) {
    return new LumosError('internal', 'The server failed. Its log says why', { cause: error })
  }
  if (error.code !== 'forbidden' || caller?.isGuest !== true) return error
  return new LumosError('invalid-proof', 'Send a key of this server as "Authorization: Bearer …"', {
    cause: error,
  })
}
