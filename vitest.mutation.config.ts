import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

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
  maxWorkers: 1,
  // A worker for each file and mutant would take most of the time. What is made once per module is not mutated.
  isolate: false,
}
export default config
