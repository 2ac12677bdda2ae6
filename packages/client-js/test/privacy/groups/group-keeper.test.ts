import { createVerifier } from '../../../src/identity/index.ts'
import { createGroupKeeper, StoreGroupRelay } from '../../../src/privacy/groups/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { groupKeeperSuite } from '../../../src/testing/group-keeper-suite.ts'
import { groupRelaySuite } from '../../../src/testing/group-relay-suite.ts'
import { MemoryGroupRelay } from '../../../src/testing/memory-group-relay.ts'

groupRelaySuite('MemoryGroupRelay', { create: () => new MemoryGroupRelay() })
groupRelaySuite('StoreGroupRelay', { create: () => new StoreGroupRelay(new MemoryStore()) })

const storageKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
  'encrypt',
  'decrypt',
])

groupKeeperSuite('createGroupKeeper', {
  create: parts => createGroupKeeper({ ...parts, verifier: createVerifier(), storageKey }),
})
