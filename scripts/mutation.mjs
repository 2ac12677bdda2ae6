// npm run test:mutation: Stryker, then the score of each room. Fails when a room is below what Stryker's config asks.
// The scores are of all that the report holds: what earlier runs measured stays until it is measured anew.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import config from '../stryker.config.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

/** The first that fits a file is its room. */
const rooms = [
  ['audit', /\/(access\/audit\/|host\/audit-)/],
  ['access', /\/(access|host)\//],
  ['identity', /\/identity\//],
  ['privacy', /\/privacy\//],
]
/** A mutant that makes the tests run for ever was noticed too. */
const killed = ['Killed', 'Timeout']
const survived = ['Survived', 'NoCoverage']

function scoresOf({ files }) {
  const scores = new Map()
  for (const [path, { mutants }] of Object.entries(files)) {
    const [room = 'other'] = rooms.find(([, pattern]) => pattern.test(path)) ?? []
    const score = scores.get(room) ?? { files: 0, killed: 0, total: 0 }
    const count = statuses => mutants.filter(({ status }) => statuses.includes(status)).length
    score.files++
    score.killed += count(killed)
    score.total += count([...killed, ...survived])
    scores.set(room, score)
  }
  return [...scores].filter(([, { total }]) => total > 0)
}

const program = 'node_modules/@stryker-mutator/core/bin/stryker.js'
const { status } = spawnSync(process.execPath, [program, 'run', ...process.argv.slice(2)], {
  stdio: 'inherit',
})

const { incrementalFile, thresholds } = config
const report = existsSync(incrementalFile) ? JSON.parse(readFileSync(incrementalFile, 'utf8')) : { files: {} }
const scores = scoresOf(report)
const percent = ({ killed, total }) => (100 * killed) / total
console.log(`${'room'.padEnd(10)} files  killed  of mutants  score`)
for (const [room, score] of scores) {
  const numbers = [
    String(score.files).padStart(5),
    String(score.killed).padStart(7),
    String(score.total).padStart(11),
    `${percent(score).toFixed(1).padStart(5)}%`,
  ]
  console.log(`${room.padEnd(10)} ${numbers.join(' ')}`)
}
const low = scores.filter(([, score]) => percent(score) < thresholds.break)
for (const [room] of low) console.error(`${room} is below ${thresholds.break}%`)
process.exitCode = status !== 0 || low.length > 0 ? 1 : 0
