import { readState, writeState } from './state-file.mjs'

const isTerminal = Boolean(process.stdout.isTTY) && !process.env.CI
const beatMs = isTerminal ? 1_000 : 15_000

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {number} usualMs - how long it takes on a small machine, until a run here has been measured
 * @property {() => boolean} [isDone] - true when there is nothing to do; asked once
 * @property {(report: (note: string, part?: number) => void) => Promise<unknown>} run - may report how far it is,
 *   in words and as a part of 1
 */

/**
 * What a command has to do, in order. Says which step runs, for how long, and about how long is left in all.
 *
 * @param {string} command - names the times remembered for the next run
 * @param {Step[]} steps
 */
export function openPlan(command, steps) {
  const times = readState('times')[command] ?? {}
  const plan = steps.map((step, index) => ({
    ...step,
    label: `[${index + 1}/${steps.length}] ${step.name}`,
    expectedMs: times[step.name] ?? step.usualMs,
    isPending: !step.isDone?.(),
  }))
  let [tookSum, expectedSum] = [0, 0]
  const msLeftAfter = index => {
    const later = plan.slice(index + 1).filter(step => step.isPending)
    // A machine that was slower than thought so far will go on like that.
    const slowness = Math.max(1, tookSum / (expectedSum || 1))
    return later.reduce((sum, step) => sum + step.expectedMs * slowness, 0)
  }
  return {
    /** Runs what is pending among the steps `from` to `to`. Rejects as soon as one fails. */
    async run(from = 0, to = plan.length) {
      for (const [index, step] of plan.entries()) {
        if (index < from || index >= to || !step.isPending) continue
        const tookMs = await runStep(step, msLeftAfter(index))
        step.isPending = false
        tookSum += tookMs
        expectedSum += step.expectedMs
        const all = readState('times')
        writeState('times', { ...all, [command]: { ...all[command], [step.name]: tookMs } })
      }
    },
  }
}

async function runStep({ label, expectedMs, run }, laterMs) {
  const startedAt = Date.now()
  let [note, part] = ['', 0]
  const show = () => {
    const elapsedMs = Date.now() - startedAt
    const thisMs = part > 0.05 ? (elapsedMs / part) * (1 - part) : expectedMs - elapsedMs
    const leftMs = Math.max(thisMs, 0) + laterMs
    const line = `${label}: ${seconds(elapsedMs)}${note && `, ${note}`}; about ${seconds(leftMs)} left in all`
    process.stdout.write(isTerminal ? `\r\x1b[2K${line}` : `${line}\n`)
  }
  if (isTerminal || expectedMs > 3_000) show()
  const beat = setInterval(show, beatMs)
  try {
    await run((text, done = 0) => {
      note = text
      part = done
    })
  } finally {
    clearInterval(beat)
    if (isTerminal) process.stdout.write('\r\x1b[2K')
  }
  const tookMs = Date.now() - startedAt
  console.log(`${label}: done in ${seconds(tookMs)}`)
  return tookMs
}

/** `7 s`, `2 min 5 s`. */
export function seconds(ms) {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  const whole = Math.round(ms / 1000)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
