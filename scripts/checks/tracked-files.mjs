import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Paths of the committed and the new, not ignored files, from the root of the repository. */
export function trackedFiles(...patterns) {
  const listing = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...patterns], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return listing.split('\n').filter(path => path !== '' && existsSync(path))
}
