import type { GroupContext } from 'ts-mls/groupContext.js'
import type { LeafNode } from 'ts-mls/leafNode.js'
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js'
import { verifyParentHashes } from 'ts-mls/parentHash.js'
import type { RatchetTree } from 'ts-mls/ratchetTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { directPath, leafToNodeIndex, leafWidth, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js'
import { base64url } from '../../core/index.ts'
import { equalBytes } from './byte-fields.ts'
import { unbound } from './member-credential.ts'
import type { Mls } from './mls-suite.ts'

/**
 * Resolves when a tree that comes with an invitation is one that its members may have made, and every leaf is who it
 * says. ts-mls 1.6.4 has a check of its own, which refuses many honest trees: it wants the lists of unmerged leaves of
 * all nodes above a leaf to be equal, where the leaf need only be in those between.
 *
 * @throws {LumosError} `invalid-proof`
 * @see RFC 9420 section 12.4.3.1
 */
export async function validateTree(tree: RatchetTree, context: GroupContext, mls: Mls): Promise<void> {
  assertUniqueKeys(tree)
  for (const [index, node] of tree.entries()) {
    if (node === undefined) continue
    if ((node.nodeType === 'leaf') !== (index % 2 === 0)) throw unbound('The tree of the group is malformed.')
    if (node.nodeType === 'leaf') await assertLeaf(node.leaf, index / 2, context, mls)
    else assertUnmergedLeaves(tree, index, node.parent.unmergedLeaves)
  }
  if (!(await verifyParentHashes(tree, mls.suite.hash))) throw unbound('The parent hashes do not verify.')
  const hash = await treeHashRoot(tree, mls.suite.hash)
  if (!equalBytes(hash, context.treeHash)) throw unbound('The tree is not the one that the group has.')
}

async function assertLeaf(leaf: LeafNode, index: number, { groupId }: GroupContext, mls: Mls): Promise<void> {
  const { signature } = mls.suite
  const isSigned =
    leaf.leafNodeSource === 'key_package'
      ? await verifyLeafNodeSignatureKeyPackage(leaf, signature)
      : await verifyLeafNodeSignature(leaf, groupId, index, signature)
  if (!isSigned) throw unbound('The signature of a leaf does not verify.')
  const { credential, signaturePublicKey } = leaf
  const isBound = await mls.config.authService.validateCredential(credential, signaturePublicKey)
  if (!isBound) throw unbound('The key of a leaf does not speak for its DID.')
}

/** In order, below the node, and listed by every node between. */
function assertUnmergedLeaves(tree: RatchetTree, parent: number, unmerged: readonly number[]): void {
  const width = leafWidth(tree.length)
  for (const [position, leaf] of unmerged.entries()) {
    const node = leafToNodeIndex(toLeafIndex(leaf))
    const isInOrder = position === 0 || (unmerged[position - 1] as number) < leaf
    const isMember = tree[node]?.nodeType === 'leaf'
    const path = isMember ? directPath(node, width) : []
    const above = path.indexOf(toNodeIndex(parent))
    const between = path.slice(0, Math.max(0, above)).map(index => tree[index])
    const isListed = between.every(
      other =>
        other === undefined || (other.nodeType === 'parent' && other.parent.unmergedLeaves.includes(leaf)),
    )
    if (!isInOrder || above === -1 || !isListed) throw unbound('The unmerged leaves of the tree do not fit.')
  }
}

function assertUniqueKeys(tree: RatchetTree): void {
  const encryption = tree.flatMap(node => {
    if (node === undefined) return []
    return base64url.encode(node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey)
  })
  const signing = tree.flatMap(node => {
    return node?.nodeType === 'leaf' ? base64url.encode(node.leaf.signaturePublicKey) : []
  })
  const isUnique = (keys: string[]) => new Set(keys).size === keys.length
  if (!isUnique(encryption) || !isUnique(signing)) throw unbound('Two places of the tree have one key.')
}
