import { createAccessControl } from '../../src/access/index.ts'
import { createPublicAuthorizer } from '../../src/host/public-authorizer.ts'
import { createVerifier } from '../../src/identity/index.ts'
import { authorizerSuite } from '../../src/testing/authorizer-suite.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { TestKeyDirectory } from './access-setup.ts'

authorizerSuite('createAccessControl', {
  create: ({ node, publicCommands }) =>
    createAccessControl({
      nodeId: node.did,
      verifier: createVerifier(),
      keys: new TestKeyDirectory(),
      clock: new ManualClock(),
      revocations: { revokersOf: () => [] },
      publicCommands,
    }),
})

authorizerSuite('createPublicAuthorizer', {
  create: ({ node, publicCommands }) => createPublicAuthorizer({ nodeId: node.did, publicCommands }),
})
