import type { VerbTable } from './verb-definition.ts'
import { accessVerbs } from './verbs/access-verbs.ts'
import { adaptationVerbs } from './verbs/adaptation-verbs.ts'
import { agentVerbs } from './verbs/agent-verbs.ts'
import { auditVerbs } from './verbs/audit-verbs.ts'
import { didVerbs } from './verbs/did-verbs.ts'
import { modelVerbs } from './verbs/model-verbs.ts'
import { nodeVerbs } from './verbs/node-verbs.ts'
import { pairingVerbs } from './verbs/pairing-verbs.ts'
import { runVerbs } from './verbs/run-verbs.ts'
import { threadVerbs } from './verbs/thread-verbs.ts'
import { toolVerbs } from './verbs/tool-verbs.ts'
import { usageVerbs } from './verbs/usage-verbs.ts'

/** Everything a host answers. */
export const verbTable: VerbTable = {
  ...nodeVerbs,
  ...agentVerbs,
  ...runVerbs,
  ...threadVerbs,
  ...toolVerbs,
  ...modelVerbs,
  ...accessVerbs,
  ...auditVerbs,
  ...usageVerbs,
  ...pairingVerbs,
  ...didVerbs,
  ...adaptationVerbs,
}
