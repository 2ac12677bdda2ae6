import { MemoryStore } from '../../src/stores/index.ts'
import { storeSuite } from '../../src/testing/store-suite.ts'

storeSuite('MemoryStore', { create: () => new MemoryStore() })
