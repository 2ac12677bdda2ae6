import { describe, expect, it } from 'vitest'
import { notesTools } from '../../../src/agents/index.ts'
import type { Did, Tool } from '../../../src/contracts/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { toolContext, toolSuite } from '../../../src/testing/tool-suite.ts'

function tools() {
  const [add, search] = notesTools(new MemoryStore()) as [Tool, Tool]
  return { add, search }
}

toolSuite('notes_add', { create: () => tools().add, arguments: { text: 'Milk' } })
toolSuite('notes_search', { create: () => tools().search, arguments: { query: 'milk' } })

describe('notes', () => {
  async function noted(...texts: string[]) {
    const { add, search } = tools()
    for (const text of texts) await add.execute({ text }, toolContext())
    return async (query: string) => {
      const result = await search.execute({ query }, toolContext())
      return Array.isArray(result) ? result.map(note => (note as { text: string }).text) : result
    }
  }

  it('are found by their words, the best match first', async () => {
    const search = await noted(
      'The garage door code is 4711',
      'Dentist on Monday, door on the left',
      'Garage code: ask at the garage',
      'Buy milk',
    )
    expect(await search('garage code')).toEqual([
      'Garage code: ask at the garage',
      'The garage door code is 4711',
    ])
  })

  it('are found across plural and case, and in languages without spaces', async () => {
    const search = await noted('Two meetings on Friday', '明天下午去图书馆还书')
    expect(await search('MEETING')).toEqual(['Two meetings on Friday'])
    expect(await search('图书馆')).toEqual(['明天下午去图书馆还书'])
  })

  it('say so when none matches', async () => {
    expect(await (await noted('Buy milk'))('rocket')).toBe('No note matches.')
  })

  it('are seen by their owner only', async () => {
    const { add, search } = tools()
    const bob = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as Did
    await add.execute({ text: 'secret of alice' }, toolContext())
    expect(await search.execute({ query: 'secret' }, toolContext({ requester: bob }))).toBe(
      'No note matches.',
    )
  })

  it('are written once, however often one call is repeated', async () => {
    const { add, search } = tools()
    const context = toolContext()
    await add.execute({ text: 'once' }, context)
    await add.execute({ text: 'once' }, context)
    expect(await search.execute({ query: 'once' }, toolContext())).toHaveLength(1)
  })
})
