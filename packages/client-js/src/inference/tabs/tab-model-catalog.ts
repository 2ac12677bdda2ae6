import type {
  AbortOptions,
  GenerateRequest,
  LoadOptions,
  Model,
  ModelCatalog,
  ModelEvent,
  ModelId,
  ModelInfo,
} from '../../contracts/index.ts'
import { raceSignal, randomSeed } from '../../core/index.ts'
import { AnswerRemainder } from './answer-remainder.ts'
import { type Engine, TabEngines, type TabEnginesOptions } from './tab-engines.ts'

/**
 * One engine for all tabs of an origin. The first tab loads the models and computes for all; when it is closed the
 * next one takes over, and answers under way go on there from the same seed, without loss or repeat.
 */
export function createTabModelCatalog(options: TabEnginesOptions): ModelCatalog {
  return new TabModelCatalog(new TabEngines(options))
}

class TabModelCatalog implements ModelCatalog {
  readonly #engines: TabEngines

  constructor(engines: TabEngines) {
    this.#engines = engines
  }

  list(options?: AbortOptions): Promise<ModelInfo[]> {
    return onEngine(this.#engines, ({ catalog }) => catalog.list(options), options?.signal)
  }

  async load(modelId?: ModelId, options?: LoadOptions): Promise<Model> {
    const load = ({ catalog }: Engine) => catalog.load(modelId, options)
    const { info } = await onEngine(this.#engines, load, options?.signal)
    return new TabModel(info, this.#engines)
  }

  stop(): Promise<void> {
    return this.#engines.stop()
  }
}

class TabModel implements Model {
  readonly info: ModelInfo
  readonly #engines: TabEngines

  constructor(info: ModelInfo, engines: TabEngines) {
    this.info = info
    this.#engines = engines
  }

  async *generate(request: GenerateRequest, options?: AbortOptions): AsyncGenerator<ModelEvent, void> {
    // Only with a seed does another tab give the same answer.
    const seeded = { ...request, seed: request.seed ?? randomSeed() }
    const remainder = new AnswerRemainder()
    for (;;) {
      const engine = await raceSignal(this.#engines.current(), options?.signal)
      remainder.restart()
      try {
        const model = await engine.catalog.load(this.info.modelId, options)
        for await (const event of model.generate(seeded, options)) {
          const rest = remainder.rest(event)
          if (rest !== undefined) yield rest
        }
        return
      } catch (error) {
        if (!isElsewhere(engine, error)) throw error
      }
    }
  }

  stop(): Promise<void> {
    return onEngine(this.#engines, async ({ catalog }) => {
      await (await catalog.load(this.info.modelId)).stop()
    })
  }
}

/** Asks whichever tab leads, and the next one when that tab goes away meanwhile. */
async function onEngine<T>(
  engines: TabEngines,
  work: (engine: Engine) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    const engine = await raceSignal(engines.current(), signal)
    try {
      return await work(engine)
    } catch (error) {
      if (!isElsewhere(engine, error)) throw error
    }
  }
}

/** The engine is gone and another one follows. */
function isElsewhere(engine: Engine, error: unknown): boolean {
  return engine.lost !== undefined && error === engine.lost
}
