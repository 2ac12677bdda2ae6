import { expect, it } from 'vitest'
import { MemoryStore } from '../../../src/host.ts'
import { createMemoryKeyStore, createPerson, DidLogStore, recoverPerson } from '../../../src/identity.ts'
import { createClient } from '../../../src/index.ts'
import { setUpHost } from '../../host/host-setup.ts'

const newPlace = () => ({ keyStore: createMemoryKeyStore(), store: new MemoryStore(), label: 'Device' })

it('a person comes back by a DID and 24 words alone, from a node that was told of the devices', async () => {
  const { host } = await setUpHost({ didLogs: new DidLogStore({ store: new MemoryStore() }) })
  const { person, words } = await createPerson(newPlace())
  await using before = createClient({ host, identity: person.device })
  await before.didLogs.put(await person.log())

  const place = newPlace()
  await using after = createClient({ host })
  const sources = [after.didLogs.source({ place: 'local' })]
  const didLogs = new DidLogStore({ store: place.store, sources })
  const recovered = await recoverPerson({ ...place, didLogs, did: person.did, words })
  await using back = createClient({ host, identity: recovered.device })
  await back.didLogs.put(await recovered.log())

  const asked = new DidLogStore({ store: new MemoryStore(), sources })
  expect((await asked.state(person.did)).keys).toEqual([recovered.device.did])
})
