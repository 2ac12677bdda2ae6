import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ContentId, SharedModels } from '../../src/contracts/index.ts'

/** Serves a store's models over HTTP, as the server does; a test may spoil blocks on their way. */
export class MirrorServer implements AsyncDisposable {
  /** Blocks that went out, in order. */
  readonly served: { cid: ContentId; sizeBytes: number }[] = []
  spoil: (bytes: Uint8Array) => Uint8Array | undefined | Promise<Uint8Array> = bytes => bytes
  baseUrl = ''
  readonly #models: SharedModels
  readonly #server = createServer((request, response) => {
    this.#serve(request.url ?? '', response).catch(() => response.destroy())
  })

  private constructor(models: SharedModels) {
    this.#models = models
  }

  static async start(models: SharedModels): Promise<MirrorServer> {
    const mirror = new MirrorServer(models)
    await new Promise<void>(resolve => mirror.#server.listen(0, '127.0.0.1', resolve))
    mirror.baseUrl = `http://127.0.0.1:${(mirror.#server.address() as AddressInfo).port}`
    return mirror
  }

  get servedBytes(): number {
    return this.served.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }

  async #serve(url: string, response: ServerResponse): Promise<void> {
    const [, cid] = /^\/ipfs\/(\w+)\?format=raw$/.exec(url) ?? []
    if (cid === undefined) {
      const model = (await this.#models.list()).find(({ modelId }) => url === `/shared/models/${modelId}`)
      response.writeHead(model === undefined ? 404 : 200).end(JSON.stringify(model))
      return
    }
    const block = await this.#models.fetch(cid as ContentId)
    const sent = block && (await this.spoil(block))
    if (sent === undefined) {
      response.writeHead(404).end()
      return
    }
    this.served.push({ cid: cid as ContentId, sizeBytes: sent.length })
    response.end(sent)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}
