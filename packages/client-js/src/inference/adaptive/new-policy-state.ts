import type { OutcomeModel, OutcomeShape } from '../../contracts/index.ts'
import type { Exploration } from './choose-option.ts'
import { newWatch } from './feedback-watch.ts'
import type { PolicyState } from './policy-state.ts'
import { newShadowTest } from './shadow-test.ts'

export interface LearningOptions {
  policy: string
  model: OutcomeModel
  shape: OutcomeShape
  exploration: Exploration
  seed: number
  /** Decisions kept, the newest. */
  maxEvents: number
}

export function newPolicyState({ model, shape, seed }: LearningOptions): PolicyState {
  const trainer = model.create(shape, seed)
  return {
    trainer,
    candidate: trainer.weights.slice(),
    events: [],
    weights: new Map(),
    counters: {
      format: model.format,
      features: [...shape.features],
      options: [...shape.options],
      status: 'learning',
      versions: [0],
      nextVersion: 1,
      nextSequence: 1,
      decisionCount: 0,
      feedbackCount: 0,
      shadow: newShadowTest(1),
      watch: newWatch(1),
      surprises: [],
      suspendedCount: 0,
      changes: [],
    },
  }
}
