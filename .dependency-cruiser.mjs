/** The floors of docs/architecture, as rules. Run by `npm run lint`. */

const sdk = '^packages/client-js/src'

/** Folders by floor, lowest first. `testing/` stands beside the house and may import anything. */
const floors = [
  ['contracts'],
  ['core', 'platform'],
  ['transports', 'engines', 'stores', 'identity', 'content', 'privacy'],
  ['connections', 'host', 'agents', 'inference', 'sync', 'access', 'mesh', 'knowledge'],
  ['client'],
  ['presets'],
]

/** A folder may import itself and any lower floor. */
const floorRules = floors.flatMap((folders, floor) =>
  folders.map(folder => ({
    name: `floor-${floor}-${folder}`,
    comment: `${folder}/ imports itself and floors below ${floor}; siblings meet in contracts/`,
    severity: 'error',
    from: { path: `${sdk}/${folder}/` },
    to: {
      path: `${sdk}/`,
      pathNot: `${sdk}/(${[folder, ...floors.slice(0, floor).flat()].join('|')})/`,
    },
  })),
)

const knownFolders = [...floors.flat(), 'testing'].join('|')

/** Heavy or special packages, and the only folders of the SDK that may name them. */
const homes = [
  {
    packages: 'libp2p|@libp2p/[^/]+|@chainsafe/[^/]+|@multiformats/[^/]+',
    folders: 'transports/libp2p|presets|testing',
  },
  { packages: 'onnxruntime-(web|common|node)', folders: 'engines' },
  { packages: '@huggingface/(tokenizers|jinja)', folders: 'engines|inference' },
  { packages: '@mlc-ai/web-xgrammar', folders: 'engines' },
  { packages: 'decimal.js', folders: 'agents' },
  { packages: 'idb', folders: 'stores|platform|engines|inference' },
  { packages: 'ts-mls|@noble/ciphers|@hpke/[^/]+', folders: 'privacy' },
  { packages: 'hash-wasm', folders: 'identity|content' },
  { packages: '@scure/bip39|shamir-secret-sharing', folders: 'identity' },
  { packages: '@ipld/dag-cbor', folders: 'access' },
  { packages: '@ipld/dag-pb', folders: 'content' },
  { packages: 'did-resolver', folders: 'identity' },
  { packages: 'did-jwt', folders: 'identity/credentials' },
  { packages: 'vitest|fast-check', folders: 'testing' },
]

const homeRules = homes.map(({ packages, folders }) => ({
  name: `home-of-${packages.split('|')[0]}`,
  comment: `only ${folders} may import ${packages}, so that no other entry grows by it`,
  severity: 'error',
  from: { path: `${sdk}/`, pathNot: `${sdk}/(${folders})/` },
  to: { path: `node_modules/(${packages})/` },
}))

export default {
  forbidden: [
    ...floorRules,
    ...homeRules,
    {
      name: 'unknown-folder',
      comment: 'every folder of the SDK has a floor: add it to .dependency-cruiser.mjs',
      severity: 'error',
      from: {},
      to: { path: `${sdk}/[^/]+/`, pathNot: `${sdk}/(${knownFolders})/` },
    },
    {
      name: 'no-concrete-adapter',
      comment: 'floors 3 and 4 are given contracts; presets/ names the adapters',
      severity: 'error',
      from: { path: `${sdk}/(${[...floors[3], ...floors[4]].join('|')})/` },
      to: { path: `${sdk}/(transports|engines|stores)/` },
    },
    {
      name: 'entries-on-top',
      comment: 'entry files list exports for users; inside, import the folder that defines the thing',
      severity: 'error',
      from: { path: `${sdk}/[^/]+/`, pathNot: `${sdk}/testing/` },
      to: { path: `${sdk}/[^/]+\\.ts$` },
    },
    {
      name: 'testing-stays-in-tests',
      comment: 'only the entry /testing and tests use testing/',
      severity: 'error',
      from: { path: `${sdk}/`, pathNot: `${sdk}/(testing/|testing\\.ts$)` },
      to: { path: `${sdk}/testing/` },
    },
    {
      name: 'platform-by-import-condition',
      comment: 'use `#platform`, which resolves to browser or Node',
      severity: 'error',
      from: { path: `${sdk}/`, pathNot: `${sdk}/platform/` },
      to: { path: `${sdk}/platform/`, dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      name: 'public-subpaths-only',
      comment: 'apps import @lomusai/client-js subpaths, never its files',
      severity: 'error',
      from: { path: '^(packages/(ui|server|desktop)|examples)/' },
      to: {
        path: '^packages/client-js/',
        pathNot: '^packages/client-js/(src/([^/]+|presets/(browser|node))[.]ts|package[.]json)$',
      },
    },
    {
      name: 'sdk-knows-no-app',
      severity: 'error',
      from: { path: '^packages/client-js/' },
      to: { path: '^(packages/(ui|server|desktop)|examples|bench)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      // Its types are said to be where they are not; what it runs is there.
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^iso-signatures/' },
    },
    {
      name: 'declared-dependencies',
      comment: 'what a package ships it must declare in its own package.json',
      severity: 'error',
      from: { path: '^packages/(client-js|server)/src/', pathNot: `${sdk}/testing` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|node_modules/\\.vite)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['lumos-source', 'types', 'import', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
    skipAnalysisNotInRules: true,
  },
}
