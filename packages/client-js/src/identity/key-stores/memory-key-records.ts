import type { KeyRecords } from '#platform'

/** Gone with the process. */
export function memoryKeyRecords(): KeyRecords {
  const values = new Map<string, unknown>()
  return {
    form: 'structured',
    names: async () => [...values.keys()],
    read: async name => values.get(name),
    async insert(name, value) {
      const isFree = !values.has(name)
      if (isFree) values.set(name, value)
      return isFree
    },
    async replace(name, value) {
      values.set(name, value)
    },
    async delete(name) {
      values.delete(name)
    },
  }
}
