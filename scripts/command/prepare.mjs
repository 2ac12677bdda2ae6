import { buildTarget, isBuilt, targets } from './build.mjs'
import { versionProblem } from './check-versions.mjs'
import { install, isInstalled } from './install.mjs'
import { useNewerNode } from './newer-node.mjs'
import { openPlan } from './steps.mjs'

/**
 * Brings the packages and a Node that runs them up to date, then takes `steps`. May go on in a newer Node: this
 * process then ends as that one does.
 *
 * @param {string} command - `start` or `test`
 * @param {string} script - run again under the newer Node
 * @param {import('./steps.mjs').Step[]} steps
 * @param {() => void} [onReady] - called before the first of `steps`, in the Node that runs them
 * @throws with a message that says what to do
 */
export async function prepare(command, script, steps, onReady = () => {}) {
  const problem = versionProblem()
  if (problem) throw new Error(problem)
  const installStep = { name: 'install packages', usualMs: 90_000, isDone: isInstalled, run: install }
  const plan = openPlan(command, [installStep, ...steps])
  await plan.run(0, 1)
  await useNewerNode(script, process.argv.slice(2))
  onReady()
  await plan.run(1)
}

/** One step for each thing built from our sources; those unchanged since they were last built are skipped. */
export const buildSteps = targets.map(target => ({
  name: `build the ${target.name}`,
  usualMs: target.usualMs,
  isDone: () => isBuilt(target),
  run: () => buildTarget(target),
}))
