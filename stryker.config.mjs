/**
 * Mutation testing of the rooms that keep people safe: `npm run test:mutation -- --mutate <files>`.
 *
 * A mutant that no test kills is a check that could be taken out unseen. What is made once when a module loads is
 * left alone (`ignoreStatic`): each such mutant would cost a whole run. Results are kept from run to run
 * (`incremental`), so the rooms can be measured folder by folder; `scripts/mutation.mjs` adds them up by room.
 */
const sdk = 'packages/client-js/src'

export default {
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: true },
  mutate: [`${sdk}/{identity,access,privacy}/**/*.ts`, `${sdk}/host/audit-trail.ts`, `!${sdk}/**/index.ts`],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: 'node_modules/.cache/stryker/incremental.json',
  tempDirName: '.stryker-tmp',
  ignorePatterns: [
    '/models',
    '/docs',
    '/examples',
    '/bench',
    '/packages/ui',
    '/packages/server',
    '/.lumos',
    'dist',
  ],
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  allowConsoleColors: false,
  thresholds: { high: 90, low: 80, break: 80 },
}
