import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** Suites that take minutes (`*.slow.test.ts`): CI runs them, `npm test` does not. */
const config = mergeConfig(base, defineConfig({}))
config.test = {
  ...config.test,
  include: ['**/*.slow.test.ts'],
  exclude: ['**/node_modules/**', '**/dist/**'],
  maxWorkers: 1,
  testTimeout: 900_000,
  hookTimeout: 900_000,
  passWithNoTests: true,
}
export default config
