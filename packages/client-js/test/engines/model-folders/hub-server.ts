import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HubRequest {
  path: string
  range: string | undefined
  authorization: string | undefined
}

/** Changes how one file is served; true when it did so. */
export type Fault = (response: ServerResponse, request: HubRequest, content: Buffer) => boolean

/** The part of the hub's HTTP interface that downloads use, for one model. */
export class HubServer implements AsyncDisposable {
  readonly requests: HubRequest[] = []
  fault: Fault = () => false
  /** What the hub says of files, where it shall lie. */
  readonly said: Record<string, object> = {}
  /** Of the newest revision. */
  commit = 'abc123'
  readonly #files: Map<string, Buffer>
  readonly #modelId: string
  readonly #server = createServer((request, response) => this.#serve(request, response))

  private constructor(files: Record<string, Uint8Array>, modelId: string) {
    this.#modelId = modelId
    this.#files = new Map(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes)]))
  }

  static async start(files: Record<string, Uint8Array>, modelId = 'owner/name'): Promise<HubServer> {
    const server = new HubServer(files, modelId)
    await new Promise<void>(resolve => server.#server.listen(0, '127.0.0.1', resolve))
    server.baseUrl = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`
    return server
  }

  /** Stays what it was when the server is gone. */
  baseUrl = ''

  /** Paths of files asked for, without the description. */
  get downloads(): string[] {
    return this.requests
      .map(({ path }) => path.split(`/resolve/${this.commit}/`)[1])
      .filter(path => path !== undefined)
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { range, authorization } = request.headers
    const asked = { path: request.url ?? '', range, authorization }
    this.requests.push(asked)
    if (asked.path === `/api/models/${this.#modelId}/revision/main?blobs=true`) {
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ sha: this.commit, cardData: { license: 'mit' }, siblings: this.#siblings() }),
      )
      return
    }
    const content = this.#files.get(asked.path.replace(`/${this.#modelId}/resolve/${this.commit}/`, ''))
    if (content === undefined) response.writeHead(404).end()
    else if (!this.fault(response, asked, content)) sendFile(response, asked, content)
  }

  #siblings(): object[] {
    return [...this.#files].map(([path, bytes]) => ({ ...describe(path, bytes), ...this.said[path] }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

/** Large files are known by SHA-256, small ones by git's hash. */
function describe(path: string, bytes: Buffer): object {
  const size = bytes.length
  if (path.endsWith('.onnx')) {
    return { rfilename: path, size, lfs: { size, sha256: createHash('sha256').update(bytes).digest('hex') } }
  }
  const blobId = createHash('sha1').update(`blob ${size}\0`).update(bytes).digest('hex')
  return { rfilename: path, size, blobId }
}

function sendFile(response: ServerResponse, { range }: HubRequest, content: Buffer): void {
  const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  const start = Number(from)
  const end = to ? Number(to) + 1 : content.length
  const headers = { 'content-length': end - start, 'content-type': 'application/octet-stream' }
  if (range === undefined) response.writeHead(200, headers)
  else
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${end - 1}/${content.length}`,
    })
  response.end(content.subarray(start, end))
}
