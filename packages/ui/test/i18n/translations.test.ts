import { describe, expect, it } from 'vitest'
import { en } from '../../src/i18n/en.ts'
import { zh } from '../../src/i18n/zh.ts'

function texts(tree: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [path, text] of texts(value, `${prefix}${key}.`)) found.set(path, text)
  }
  return found
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1]).sort()

describe('translations', () => {
  it('say in Chinese everything that they say in English, with the same placeholders', () => {
    const english = texts(en)
    const chinese = texts(zh)
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [path, text] of english) {
      expect([path, placeholders(chinese.get(path) ?? '')]).toEqual([path, placeholders(text)])
    }
  })

  it('leave no text empty', () => {
    for (const tree of [en, zh])
      expect([...texts(tree).values()].filter(text => text.trim() === '')).toEqual([])
  })
})
