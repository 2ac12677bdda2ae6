import { transportSuite } from '../../../src/testing/transport-suite.ts'
import {
  inProcessAddress,
  inProcessTransport,
} from '../../../src/transports/in-process/in-process-transport.ts'

transportSuite('in-process', async handler => ({
  transport: inProcessTransport(handler),
  address: inProcessAddress,
  deadAddress: 'in-process:elsewhere',
  stop: async () => {},
}))
