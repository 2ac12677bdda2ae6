import type {
  ErrorDescription,
  GenerateRequest,
  LoadProgress,
  ModelEvent,
  ModelId,
  ModelInfo,
} from '../contracts/index.ts'

/** What the page asks of the worker. `call` numbers an exchange; the page chooses it. */
export type WorkerRequest<Config = unknown> =
  | { type: 'open'; config: Config }
  | { type: 'list'; call: number }
  | { type: 'load'; call: number; modelId?: ModelId }
  | { type: 'generate'; call: number; modelId: ModelId; request: GenerateRequest; credit: number }
  /** The reader took `credit` more events; the worker never sends more than it was granted. */
  | { type: 'pull'; call: number; credit: number }
  | { type: 'abort'; call: number }
  | { type: 'stop-model'; call: number; modelId: ModelId }
  | { type: 'stop'; call: number }

/** What the worker answers. The last of a call is `done` or `failed`. */
export type WorkerResponse =
  | { type: 'progress'; call: number; progress: LoadProgress }
  | { type: 'event'; call: number; event: ModelEvent }
  | { type: 'done'; call: number; value?: ModelInfo[] | ModelInfo }
  | { type: 'failed'; call: number; error: ErrorDescription }

/** Events a worker may compute ahead of the reader: enough to hide the way between the threads. */
export const eventWindow = 4
