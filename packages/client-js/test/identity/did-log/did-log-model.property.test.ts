import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { Did, Identity } from '../../../src/contracts/index.ts'
import {
  appendToDidLog,
  createDidLog,
  createVerifier,
  type DidChange,
  type DidLog,
  verifyDidLog,
} from '../../../src/identity/index.ts'
import { identityOf } from './cast.ts'

/** What a log says, as a person would keep it on paper. */
interface Model {
  devices: { key: Did; label: string }[]
  recovery: Did[]
  everNamed: Did[]
  isOver: boolean
}

/** The same after a change; undefined when it may not be made. */
function modelAfter(model: Model, change: DidChange, signer: Did): Model | undefined {
  if (model.isOver) return undefined
  const isRecovery = model.recovery.includes(signer)
  const isDevice = model.devices.some(device => device.key === signer)
  if (!isRecovery && !isDevice) return undefined
  if (change.type === 'add-device') {
    if (model.everNamed.includes(change.key) || model.devices.length === 16) return undefined
    const device = { key: change.key, label: change.label }
    return { ...model, devices: [...model.devices, device], everNamed: [...model.everNamed, change.key] }
  }
  if (change.type === 'remove-device') {
    if (!model.devices.some(device => device.key === change.key) || model.devices.length === 1)
      return undefined
    return { ...model, devices: model.devices.filter(device => device.key !== change.key) }
  }
  if (!isRecovery) return undefined
  if (change.type === 'deactivate') return { ...model, devices: [], recovery: [], isOver: true }
  const names = change.recoveryKeys
  const isNew = (key: Did) => !model.recovery.includes(key)
  if (names.length === 0 || names.length > 5) return undefined
  if (names.some((key, index) => names.indexOf(key) !== index)) return undefined
  if (names.some(key => isNew(key) && model.everNamed.includes(key))) return undefined
  return { ...model, recovery: names, everNamed: [...new Set([...model.everNamed, ...names])] }
}

let people: Identity[]
beforeAll(async () => {
  people = await Promise.all(Array.from({ length: 10 }, (_, index) => identityOf(index)))
})

const who = fc.nat({ max: 9 })
const step = fc.record({
  signer: fc.oneof(fc.constantFrom(0, 1, 1), who),
  change: fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('add-device' as const), key: who }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('remove-device' as const), key: who }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('rotate-recovery' as const),
        keys: fc.array(who, { maxLength: 6 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('deactivate' as const) }) },
  ),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

function changeOf({ change }: Step): DidChange {
  const did = (index: number) => (people[index] as Identity).did
  switch (change.type) {
    case 'add-device':
      return { type: 'add-device', key: did(change.key), label: `Device ${change.key}` }
    case 'remove-device':
      return { type: 'remove-device', key: did(change.key) }
    case 'rotate-recovery':
      return { type: 'rotate-recovery', recoveryKeys: change.keys.map(did) }
    case 'deactivate':
      return { type: 'deactivate' }
  }
}

it('takes exactly the changes that a model on paper takes, and says the same afterwards', async () => {
  const [phone, words] = people as [Identity, Identity]
  const genesis = await createDidLog({
    devices: [{ key: phone.did, label: 'Phone' }],
    recoveryKeys: [words.did],
    signer: phone,
  })
  const verifier = createVerifier()
  let taken = 0
  let refused = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async steps => {
      let log: DidLog = genesis
      let model: Model = {
        devices: [{ key: phone.did, label: 'Phone' }],
        recovery: [words.did],
        everNamed: [phone.did, words.did],
        isOver: false,
      }
      for (const each of steps) {
        const signer = people[each.signer] as Identity
        const change = changeOf(each)
        const expected = modelAfter(model, change, signer.did)
        const appended = await appendToDidLog(log, change, signer, { verifier }).catch(error => {
          expect(['invalid-proof', 'invalid-request']).toContain(error.code)
          return undefined
        })
        expect(appended !== undefined, JSON.stringify(each)).toBe(expected !== undefined)
        if (appended === undefined || expected === undefined) {
          refused++
          continue
        }
        taken++
        log = appended
        model = expected
        expect(await verifyDidLog(JSON.parse(JSON.stringify(log)), { verifier })).toMatchObject({
          devices: model.devices,
          keys: model.devices.map(device => device.key),
          recoveryKeys: model.recovery,
          isDeactivated: model.isOver,
          operationCount: log.length,
        })
      }
    }),
    { numRuns: 100 },
  )
  // Both happened often, or this would show nothing.
  expect(Math.min(taken, refused)).toBeGreaterThan(100)
}, 120_000)
