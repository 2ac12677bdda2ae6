import fc from 'fast-check'
import type { Condition, Link, Name, Query } from './oracle.ts'

export interface Case {
  query: Query
  links: Link[]
}

const names: readonly Name[] = ['node', 'k1', 'k2', 'k3', 'k4', 'anna']
const commands = ['/', '/thread', '/thread/get', '/thread/get/all', '/threads', '/thread-get', '/memory']

const name = fc.constantFrom(...names)
const key = fc.constantFrom(...names.filter(each => each !== 'anna'))
const command = fc.constantFrom(...commands)

/** Mostly what is right, now and then something else. */
const mostly = <T>(right: T, other: fc.Arbitrary<T>, weight = 9) =>
  fc.oneof({ weight, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: other })

const broad = fc.oneof(
  { weight: 3, arbitrary: fc.constant('/') },
  { weight: 2, arbitrary: fc.constant('/thread') },
  { weight: 2, arbitrary: fc.constant('/thread/get') },
  { weight: 1, arbitrary: command },
)
const condition = mostly<Condition>('none', fc.constantFrom('n is 1', 'n above 0', 's starts with a'), 4)
const startsIn = mostly<number | undefined>(undefined, fc.constantFrom(-100, 0, 59, 60, 61, 100), 6)
const endsIn = mostly<number | undefined>(undefined, fc.constantFrom(100, 0, -59, -60, -61, -100), 6)
const revokers = mostly<Name[]>([], fc.array(name, { minLength: 1, maxLength: 2 }), 8)

/** A link that could follow from `from` to `to` in a chain about `subject`, but for a mistake now and then. */
function linkBetween(from: Name, to: Name, subject: Name): fc.Arbitrary<Link> {
  const device = fc.constantFrom<Name>('k1', 'k2')
  const issuer = from === 'anna' ? fc.oneof(fc.constant<Name>('anna'), device) : mostly(from, name, 15)
  return issuer.chain(who =>
    fc.record({
      issuer: fc.constant(who),
      signer:
        who === 'anna'
          ? mostly<fc.Arbitrary<Name>>(device, fc.constant(key)).chain(each => each)
          : mostly(who, key, 15),
      audience: mostly(to, name, 15),
      subject: fc.oneof(
        { weight: 10, arbitrary: fc.constant<Name | null>(subject) },
        { weight: 2, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: name },
      ),
      command: broad,
      condition,
      startsIn,
      endsIn,
      revokers,
      isRemembered: fc.boolean(),
    }),
  )
}

/** A requester, and delegations that lead to them, almost lead to them, or lead elsewhere. */
export const randomCase: fc.Arbitrary<Case> = fc
  .record({
    subject: fc.constantFrom<Name>('node', 'node', 'k1', 'k3', 'anna'),
    path: fc.array(name, { minLength: 1, maxLength: 4 }),
    strays: fc.array(fc.record({ from: name, to: name }), { maxLength: 2 }),
  })
  .chain(({ subject, path, strays }) => {
    const whole = [subject, ...path]
    const steps = path.map((to, index) => linkBetween(whole[index] as Name, to, subject))
    const others = strays.map(({ from, to }) => linkBetween(from, to, subject))
    const last = whole.at(-1) as Name
    return fc.record({
      links: fc
        .tuple(...steps, ...others)
        .chain(links => fc.shuffledSubarray(links, { minLength: links.length })),
      query: fc.record({
        requester: last === 'anna' ? fc.constantFrom<Name>('k1', 'k2', 'k3') : mostly(last, key, 5),
        subject: mostly(subject, name),
        scope: fc.constantFrom('node' as const, 'owner' as const),
        command: fc.oneof(fc.constantFrom('/thread/get', '/thread'), command),
        params: fc.record({ n: fc.constantFrom(0, 1, 2), s: fc.constantFrom('abc', 'b') }),
        publicCommands: fc.constantFrom([], [], ['/thread'], ['/']),
      }),
    })
  })
  .map(({ links, query }) => ({
    query,
    // A node remembers what it issued about itself, truly and nothing else.
    links: links.map(link => ({
      ...link,
      isRemembered:
        link.isRemembered && link.issuer === 'node' && link.subject === 'node' && link.signer === 'node',
    })),
  }))
