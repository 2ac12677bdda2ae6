import { createVerifier } from '../../../src/identity/index.ts'
import { StoreUsagePolicies } from '../../../src/privacy/usage-policy/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { usagePoliciesSuite } from '../../../src/testing/usage-policies-suite.ts'

usagePoliciesSuite('StoreUsagePolicies', {
  create: parts => new StoreUsagePolicies({ ...parts, store: new MemoryStore(), verifier: createVerifier() }),
})
