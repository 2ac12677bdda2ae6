import type { SeededRandom } from './seeded-random.ts'

export type TextMutation = (text: string, random: SeededRandom) => string

const hugeNumbers = [
  '1e400',
  '-1e400',
  '1e-400',
  '9'.repeat(400),
  '-0',
  '1.0000000000000000000001',
  '0x10',
  '1_000',
]

/** Puts `member` into the object `text`, at the front or the end. */
function insertMember(text: string, member: string, random: SeededRandom): string {
  return random.below(2) === 0 ? `{${member},${text.slice(1)}` : `${text.slice(0, -1)},${member}}`
}

function names(text: string): string[] {
  return Object.keys(JSON.parse(text))
}

/** What happens to JSON in the hands of somebody who knows its parsers. */
export const textMutations: Record<string, TextMutation> = {
  'a name twice': (text, random) => {
    const name = random.pick(names(text))
    const value = random.pick([JSON.stringify(JSON.parse(text)[name]), '"other"', 'null', '{}'])
    return insertMember(text, `${JSON.stringify(name)}:${value}`, random)
  },
  'a name twice, escaped': (text, random) => {
    const name = random.pick(names(text))
    const escaped = [...name]
      .map(letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('')
    return insertMember(text, `"${escaped}":"other"`, random)
  },
  'a name of the prototype': (text, random) => {
    const name = random.pick(['__proto__', '\\u005f_proto__', 'constructor', 'prototype', 'toString'])
    return insertMember(text, `"${name}":{"verb":"thread.list","isAdmin":true}`, random)
  },
  'a name of the prototype inside params': text =>
    text.replace('"params":{', '"params":{"__proto__":{"agentId":"assistant"},'),
  'a number out of all proportion': (text, random) => text.replace(/:\d+/, `:${random.pick(hugeNumbers)}`),
  'nested deeply': (text, random) => {
    const depth = random.pick([60, 64, 65, 1000, 50_000])
    return insertMember(text, `"deep":${'['.repeat(depth)}${']'.repeat(depth)}`, random)
  },
  'params nested deeply': (text, random) => {
    const depth = random.pick([62, 63, 1000])
    return text.replace('"params":{', `"params":{"deep":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)},`)
  },
  'half a surrogate pair': (text, random) =>
    insertMember(text, `"x":"\\u${random.pick(['d800', 'dfff', 'dabc'])}"`, random),
  'a very long string': (text, random) =>
    insertMember(text, `"x":"${'x'.repeat(1024 * (1 + random.below(3)))}"`, random),
  'too many bytes': text => `${text.slice(0, -1)}${' '.repeat(1024 * 1024)}}`,
  'an array around it': text => `[${text}]`,
  'a comment in it': text => `${text.slice(0, -1)}/* */}`,
}

/** Another text for the very same value: these, and only these, may pass. */
export const harmlessMutations: Record<string, TextMutation> = {
  'white space': (text, random) => ` \n${text.slice(0, -1)}${' \t\r\n'.charAt(random.below(4))}}\r\n`,
  'another order': text => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())),
  'letters escaped': (text, random) => {
    const name = random.pick(names(text))
    return text.replace(
      `"${name}"`,
      `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"`,
    )
  },
  'numbers written otherwise': text =>
    text.replace(/"deadline":(\d+)/, (_all, digits) => `"deadline":${digits}.0e0`),
}
