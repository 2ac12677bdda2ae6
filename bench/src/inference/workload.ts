import type { Message } from './contender.ts'

const topics = [
  'refunds',
  'deliveries',
  'invoices',
  'passwords',
  'complaints',
  'travel',
  'meetings',
  'contracts',
  'repairs',
  'holidays',
  'training',
  'security',
]
const animals = [
  'fox',
  'heron',
  'badger',
  'otter',
  'owl',
  'hare',
  'lynx',
  'crane',
  'beaver',
  'raven',
  'seal',
  'moth',
]
const places = [
  'by a frozen lake',
  'in an old harbour',
  'under a bridge',
  'on a quiet farm',
  'near a lighthouse',
]

/** Words of SmolLM2's tokenizer in these rules: a rule has 26 to 28 tokens. */
const tokensOfRule = 27

/**
 * The instructions all agents share. They begin with `seed`, so that nothing that was read before begins alike.
 *
 * @param tokenCount - about as many tokens
 */
export function systemPrompt(seed: string, tokenCount: number): string {
  const rules = Array.from(
    { length: Math.max(1, Math.round((tokenCount - 12) / tokensOfRule)) },
    (_, index) => {
      const topic = topics[index % topics.length]
      return `Rule ${index + 1}: when a customer asks about ${topic}, look up the record first, then answer politely in plain English.`
    },
  )
  return `Run ${seed}. You are an agent of a service desk.\n${rules.join('\n')}`
}

/** A question whose answer is long, so that it does not end before its limit. */
export function userTurn(agent: number, turn: number): string {
  const animal = animals[(agent * 5 + turn) % animals.length]
  const place = places[(agent + turn * 2) % places.length]
  return turn === 0
    ? `Write a long story about a ${animal} that lives ${place}. Describe the scene in detail.`
    : `Continue with a long chapter in which a ${animal} appears ${place}. Describe everything in detail.`
}

/** A prompt of about `tokenCount` tokens that begins like none before it. */
export function freshPrompt(seed: string, tokenCount: number): Message[] {
  return [
    { role: 'system', content: systemPrompt(seed, tokenCount - 40) },
    { role: 'user', content: userTurn(seed.length, 0) },
  ]
}

/** A prompt whose answer is for the most part in it, as when an agent edits or quotes. */
export function copyPrompt(seed: string, tokenCount: number): Message[] {
  const text = systemPrompt(seed, tokenCount - 40)
  return [
    { role: 'system', content: `Run ${seed}. You repeat texts word by word.` },
    { role: 'user', content: `Repeat this text:\n\n${text}` },
  ]
}

/** A question whose answer is JSON of a schema of its own. */
export function structuredQuestion(
  index: number,
  seed: string,
): { messages: Message[]; schema: Record<string, unknown> } {
  const animal = animals[index % animals.length] ?? ''
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 12 },
      age: { type: 'integer', minimum: 0, maximum: 99 },
      mood: { enum: ['calm', 'curious', 'angry'] },
      [`${animal}Friends`]: {
        type: 'array',
        items: { type: 'string', maxLength: 10 },
        minItems: 2,
        maxItems: 2,
      },
    },
    required: ['name', 'age', 'mood', `${animal}Friends`],
    additionalProperties: false,
  }
  const messages: Message[] = [
    { role: 'system', content: `Run ${seed}. You invent characters.` },
    {
      role: 'user',
      content: `Describe a ${animal} ${places[index % places.length]} with its name, age, mood and friends.`,
    },
  ]
  return { messages, schema }
}
