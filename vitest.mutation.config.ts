import { defineConfig, mergeConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import base from './vitest.config.ts'

/** Most mutants are noticed by the first tests that reach them, and then no other runs. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const durationOf = (file: TestSpecification) =>
      this.ctx.cache.getTestSpecificationResult(file)?.duration ?? 0
    return [...files].sort((one, other) => durationOf(one) - durationOf(other))
  }
}

/** What `npm run test:mutation` runs against each mutant: the quick tests of the mutated rooms. */
const config = mergeConfig(base, defineConfig({}))
config.test = {
  ...config.test,
  include: [
    'packages/client-js/test/{identity,access,privacy}/**/*.test.ts',
    'packages/client-js/test/host/audit-{queue,trail}.test.ts',
  ],
  // Where random cases can be fewer, they are.
  env: { LUMOS_TEST_ATTEMPTS: '40' },
  // Random cases by the thousand: against each mutant they would take hours.
  exclude: [
    ...(config.test?.exclude ?? []),
    '**/access/{property,fuzz}/**',
    '**/*.property.test.ts',
    '**/revocation-network.test.ts',
  ],
  // A mutant that makes a test wait for ever is noticed by then.
  testTimeout: 10_000,
  maxWorkers: 1,
  sequence: { sequencer: QuickestFirst },
  // A worker for each file and mutant would take most of the time. What is made once per module is not mutated.
  isolate: false,
}
export default config
