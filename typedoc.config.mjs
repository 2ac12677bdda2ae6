import { entriesOf } from './scripts/build/package-entries.mjs'

const sdk = 'packages/client-js'
const entries = Object.entries(entriesOf(sdk)).filter(
  ([name]) => !/^(platform|engines|transports)\//.test(name),
)

/** The reference of the SDK: its public subpaths, and nothing they do not export. */
export default {
  name: 'Lumos-X',
  entryPoints: entries.map(([, source]) => `${sdk}/${source}`),
  tsconfig: 'tsconfig.json',
  out: 'docs/api',
  readme: 'README.md',
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: false },
  treatValidationWarningsAsErrors: true,
  // Named in signatures, not for callers to name.
  intentionallyNotExported: ['Branded', 'Connections', 'ThreadPort', 'VerbTable'],
}
