import { type Authorizer, type Command, LumosError, type NodeId } from '../contracts/index.ts'
import { coversCommand } from '../core/index.ts'

/**
 * For nodes that keep no permissions: everybody who can prove who they are may use the public commands, the node itself
 * all of them, and each with what is their own.
 */
export function createPublicAuthorizer(options: {
  nodeId: NodeId
  publicCommands: readonly Command[]
}): Authorizer {
  const { nodeId, publicCommands } = options
  return {
    authorize({ issuer, command, envelope: { subject = issuer } }) {
      if (subject !== issuer) {
        throw new LumosError('forbidden', 'This node keeps no permissions: act for yourself only.')
      }
      if (issuer === nodeId || publicCommands.some(held => coversCommand(held, command))) {
        return { subject, delegations: [] }
      }
      throw new LumosError('forbidden', `This needs the permission ${command}, and this node gives none.`, {
        details: { command, subject: nodeId },
      })
    },
  }
}
