import type { ClientState } from 'ts-mls/clientState.js'
import {
  type GroupInfo,
  ratchetTreeFromExtension,
  verifyGroupInfoConfirmationTag,
  verifyGroupInfoSignature,
} from 'ts-mls/groupInfo.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { deriveKeySchedule } from 'ts-mls/keySchedule.js'
import { pathToRoot } from 'ts-mls/pathSecrets.js'
import { mergePrivateKeyPaths, type PrivateKeyPath, toPrivateKeyPath } from 'ts-mls/privateKeyPath.js'
import { findLeafIndex, type RatchetTree } from 'ts-mls/ratchetTree.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { leafToNodeIndex, leafWidth, toLeafIndex } from 'ts-mls/treemath.js'
import { firstCommonAncestor } from 'ts-mls/updatePath.js'
import { decryptGroupInfo, decryptGroupSecrets, type Welcome } from 'ts-mls/welcome.js'
import type { KeyPair } from './key-pair-record.ts'
import { unbound } from './member-credential.ts'
import type { Mls } from './mls-suite.ts'
import { validateTree } from './validate-tree.ts'

/**
 * The group that a welcome leads into, once all of it verifies: who signed it, every member, the tree and the keys.
 *
 * @throws {LumosError} `invalid-proof`, or what MLS throws at bytes that are none
 * @see RFC 9420 section 12.4.3.1
 */
export async function joinByWelcome(welcome: Welcome, pair: KeyPair, mls: Mls): Promise<ClientState> {
  const { suite, config } = mls
  const { publicPackage, privatePackage } = pair
  const reference = await makeKeyPackageRef(publicPackage, suite.hash)
  const initKey = await suite.hpke.importPrivateKey(privatePackage.initPrivateKey)
  const secrets = await decryptGroupSecrets(initKey, reference, welcome, suite.hpke)
  if (secrets === undefined || secrets.psks.length > 0) throw unbound('The welcome holds no secrets for us.')
  const { joinerSecret, pathSecret } = secrets
  const noPsk = new Uint8Array(suite.kdf.size)
  const info = await decryptGroupInfo(welcome, joinerSecret, noPsk, suite)
  const tree = info === undefined ? undefined : ratchetTreeFromExtension(info)
  if (info === undefined || tree === undefined) throw unbound('The welcome describes no group.')
  await assertInfo(info, tree, mls)
  const leaf = findLeafIndex(tree, publicPackage.leafNode)
  if (leaf === undefined) throw unbound('We are not in the group.')
  const own = { leafIndex: leaf, privateKeys: { [leafToNodeIndex(leaf)]: privatePackage.hpkePrivateKey } }
  const [keySchedule, encryptionSecret] = await deriveKeySchedule(
    joinerSecret,
    noPsk,
    info.groupContext,
    suite.kdf,
  )
  if (!(await verifyGroupInfoConfirmationTag(info, joinerSecret, noPsk, suite))) {
    throw unbound('The group is not confirmed.')
  }
  return {
    groupContext: info.groupContext,
    ratchetTree: tree,
    privatePath:
      pathSecret === undefined ? own : await withPath(own, pathSecret, { tree, signer: info.signer, mls }),
    signaturePrivateKey: privatePackage.signaturePrivateKey,
    confirmationTag: info.confirmationTag,
    unappliedProposals: {},
    keySchedule,
    secretTree: await createSecretTree(leafWidth(tree.length), encryptionSecret, suite.kdf),
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig: config,
  }
}

async function assertInfo(info: GroupInfo, tree: RatchetTree, mls: Mls): Promise<void> {
  const { groupContext, signer } = info
  const { suite } = mls
  const isPlain = groupContext.cipherSuite === suite.name && groupContext.extensions.length === 0
  if (!isPlain || groupContext.version !== 'mls10') throw unbound('The group is of another kind.')
  const node = tree[leafToNodeIndex(toLeafIndex(signer))]
  if (node?.nodeType !== 'leaf') throw unbound('Nobody in the group signed the welcome.')
  const isSigned = await verifyGroupInfoSignature(info, node.leaf.signaturePublicKey, suite.signature)
  if (!isSigned) throw unbound('The signature of the welcome does not verify.')
  await validateTree(tree, groupContext, mls)
}

/** The keys of the nodes above us that the committer made. */
async function withPath(
  own: PrivateKeyPath,
  pathSecret: Uint8Array,
  by: { tree: RatchetTree; signer: number; mls: Mls },
): Promise<PrivateKeyPath> {
  const { tree, signer, mls } = by
  const { kdf } = mls.suite
  const ancestor = firstCommonAncestor(tree, toLeafIndex(own.leafIndex), toLeafIndex(signer))
  const secrets = await pathToRoot(tree, ancestor, pathSecret, kdf)
  return mergePrivateKeyPaths(await toPrivateKeyPath(secrets, own.leafIndex, mls.suite), own)
}
