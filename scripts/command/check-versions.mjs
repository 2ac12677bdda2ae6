/** Oldest Node that can install and start us; newer ones that run everything are told by `runsEverything`. */
const oldestNode = 20

/** What packages we depend on ask for: the narrowest of their `engines`. */
export function runsEverything(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  return (major === 22 && minor >= 22) || (major === 24 && minor >= 11) || major >= 26
}

/** @returns {string | undefined} what to do about this Node or npm; undefined when both will do */
export function versionProblem(env = process.env) {
  const major = Number(process.versions.node.split('.')[0])
  if (major < oldestNode) {
    return `This is Node ${process.versions.node}; Lumos-X needs Node ${oldestNode} or newer. Get one at https://nodejs.org/en/download and run the command again.`
  }
  const agent = env.npm_config_user_agent ?? ''
  if (agent !== '' && !agent.startsWith('npm/')) {
    return `Lumos-X is installed with npm (it comes with Node); this looks like ${agent.split(' ')[0]}. Run: npm start, or npm test`
  }
  const npmMajor = Number(/^npm\/(\d+)/.exec(agent)?.[1] ?? 10)
  if (npmMajor < 9) return `This is npm ${npmMajor}; Lumos-X needs npm 9 or newer. Run: npm install -g npm@10`
  return undefined
}
