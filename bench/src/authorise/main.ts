import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { interleave, median, type Rounds, timeEach } from '../request-path/measure.ts'
import { createTwoLinkChain } from './chain.ts'
import { createJwtChain } from './jwt-chain.ts'
import { createRawEd25519 } from './raw-ed25519.ts'
import { createSignedRequest } from './signed-request.ts'

/** `--check` sees that everything can be measured, and is not a measurement. */
const isCheck = process.argv.includes('--check')
const rounds = isCheck ? 2 : Number(process.env.ROUNDS ?? 15)
const calls = isCheck ? 5 : 200

/** As many as the streams of the request path have. */
const tokensPerAnswer = 1000

const chain = await createTwoLinkChain()
const verifyJwts = await createJwtChain()
const raw = createRawEd25519()
const request = await createSignedRequest()
const seen = chain.createAuthorizer()

const measured: Record<string, () => Promise<void>> = {
  'Ed25519 alone: 2 signatures checked': () => raw.verify(2),
  'did-jwt: 2 JWTs checked': verifyJwts,
  'authorise, 2 links, never seen': () => chain.ask(chain.createAuthorizer()),
  'authorise, 2 links, seen before': () => chain.ask(seen),
  'Ed25519 alone: 1 signature made': raw.sign,
  'request signed': request.sign,
  'Ed25519 alone: 1 signature checked': () => raw.verify(1),
  'request’s signature checked': request.verify,
}

/** Milliseconds of the median call of each round. */
const callMs: Rounds = await interleave(
  Object.fromEntries(Object.entries(measured).map(([name, call]) => [name, () => timeEach(calls, call)])),
  { rounds, warmUpRounds: isCheck ? 0 : 2 },
)

const msOf = (name: string) => median(callMs[name] ?? [])
for (const name of Object.keys(measured)) console.log(`| ${name} | ${msOf(name).toFixed(3)} |`)
const perCall = ['request signed', 'request’s signature checked', 'authorise, 2 links, seen before'].map(msOf)
const perCallMs = perCall.reduce((sum, ms) => sum + ms, 0)
console.log(`| signed, checked and authorised: added to a call | ${perCallMs.toFixed(3)} |`)
// A stream is asked for once; its events come over the connection that answers, and are not signed one by one.
console.log(`| the same, per token of ${tokensPerAnswer} | ${(perCallMs / tokensPerAnswer).toFixed(6)} |`)

if (Object.values(callMs).some(values => values.length !== rounds || values.some(ms => !(ms > 0)))) {
  throw new Error('Something was not measured.')
}
if (process.argv.includes('--write')) {
  const results = new URL('../../results/', import.meta.url)
  mkdirSync(results, { recursive: true })
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length }
  const written = { measuredAt: new Date().toISOString(), machine, tokensPerAnswer, callMs }
  writeFileSync(new URL('authorise.json', results), `${JSON.stringify(written, undefined, 2)}\n`)
}
