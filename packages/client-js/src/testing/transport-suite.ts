import { describe } from 'vitest'
import { transportFailureTests } from './transport-failure-tests.ts'
import { transportFlowTests } from './transport-flow-tests.ts'
import type { CreateTransportPair } from './transport-pair.ts'

/**
 * What every transport promises, as tests. Call it from a test file of the adapter.
 *
 * @see Transport, Connection
 */
export function transportSuite(name: string, create: CreateTransportPair): void {
  describe(`${name} transport`, () => {
    transportFlowTests(create)
    transportFailureTests(create)
  })
}
