import { readFileSync, statSync } from 'node:fs'

const biggestText = 4 * 1024 * 1024

/** What belongs to one machine or one registry, and so in no committed file. */
const forbidden = [
  {
    what: 'a package registry',
    pattern: /\b(registry\.(npmjs|yarnpkg|npmmirror)\.\w+|npm\.pkg\.github\.com)/,
  },
  {
    what: 'a package registry',
    pattern: /\b(pypi\.org|pythonhosted\.org|static\.crates\.io|proxy\.golang\.org)/,
  },
  { what: 'a package registry', pattern: /\b(deb|security)\.debian\.org/ },
  { what: 'a path of one machine', pattern: /(?<![\w.~:*-])\/(work|root|home|tmp|Users|mnt)\/[\w.-]/ },
]

/**
 * @param {string[]} files
 * @returns {string[]} one line per file that names a registry host or a path of somebody's machine
 */
export function checkLeakedPlaces(files) {
  return files.flatMap(file => {
    if (statSync(file).size > biggestText) return []
    const bytes = readFileSync(file)
    if (bytes.includes(0)) return []
    return bytes
      .toString('utf8')
      .split('\n')
      .flatMap((line, index) =>
        forbidden
          .filter(({ pattern }) => pattern.test(line))
          .map(({ what, pattern }) => `${file}:${index + 1} names ${what}: ${pattern.exec(line)[0]}`),
      )
  })
}

/** @returns {string[]} one line per package that the lockfile pins to an address */
export function checkLockfile(path) {
  const { packages } = JSON.parse(readFileSync(path, 'utf8'))
  return Object.entries(packages)
    .filter(([, entry]) => /^[a-z+]+:/i.test(entry.resolved ?? ''))
    .map(([name]) => `${path} pins ${name} to an address; run npm install with the .npmrc of this repository`)
}
