// npm run build: everything that is published or served, with type declarations.
import { fileURLToPath } from 'node:url'
import { buildTarget, targets } from './command/build.mjs'
import { openPlan } from './command/steps.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
try {
  const steps = targets.map(target => ({
    name: `build the ${target.name}, with types`,
    usualMs: target.usualMs + 5_000,
    run: () => buildTarget({ ...target, env: {} }),
  }))
  await openPlan('build', steps).run()
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
}
