import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeAuthenticatedContent } from 'ts-mls/authenticatedContent.js'
import { joinGroup, makePskIndex } from 'ts-mls/clientState.js'
import { refhash } from 'ts-mls/crypto/hash.js'
import { decryptWithLabel } from 'ts-mls/crypto/hpke.js'
import { deriveSecret, deriveTreeSecret, expandWithLabel } from 'ts-mls/crypto/kdf.js'
import { verifyWithLabel } from 'ts-mls/crypto/signature.js'
import { verifyConfirmationTag } from 'ts-mls/framedContent.js'
import { encodeGroupContext, type GroupContext } from 'ts-mls/groupContext.js'
import { verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { acceptAll } from 'ts-mls/incomingMessageAction.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { initializeEpoch, mlsExporter } from 'ts-mls/keySchedule.js'
import { decodeMlsMessage } from 'ts-mls/message.js'
import { processMessage } from 'ts-mls/processMessages.js'
import { decodeRatchetTree, resolution } from 'ts-mls/ratchetTree.js'
import { createSecretTree, deriveKey, deriveNonce, ratchetUntil } from 'ts-mls/secretTree.js'
import { createConfirmedHash, createInterimHash } from 'ts-mls/transcriptHash.js'
import { treeHash, treeHashRoot } from 'ts-mls/treeHash.js'
import { left, nodeWidth, parent, right, root, sibling, toNodeIndex } from 'ts-mls/treemath.js'
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js'
import { expect, it } from 'vitest'
import { createIdentity, createVerifier } from '../../../src/identity/index.ts'
import { joinByWelcome } from '../../../src/privacy/groups/join-by-welcome.ts'
import { createMls, type Mls } from '../../../src/privacy/groups/mls-suite.ts'
import { validateTree } from '../../../src/privacy/groups/validate-tree.ts'

type Vector = ReturnType<typeof JSON.parse>
const vectors: Record<string, Vector[]> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'vectors/rfc9420.json'), 'utf8'),
)
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')

/** Our suite; members of the vectors are no DIDs, so that nobody is asked who they are. */
async function mls(): Promise<Mls> {
  const own = await createMls({ identity: await createIdentity(), verifier: createVerifier() })
  return { ...own, config: { ...own.config, authService: { validateCredential: async () => true } } }
}

const { suite, config } = await mls()
const { hash, hpke, kdf, signature } = suite

function messageOf<Wireformat extends string>(text: string, wireformat: Wireformat) {
  const message = decodeMlsMessage(bytes(text), 0)?.[0]
  if (message?.wireformat !== wireformat) throw new Error(`no ${wireformat}`)
  return message as Extract<typeof message, { wireformat: Wireformat }>
}

it.each(vectors.treeMath as Vector[])(
  'the tree of $n_leaves leaves is laid out as in RFC 9420 appendix C',
  vector => {
    const { n_leaves: leaves, n_nodes: nodes } = vector
    expect(nodeWidth(leaves)).toBe(nodes)
    expect(root(leaves)).toBe(vector.root)
    const related = (relative: (index: number) => number) =>
      Array.from({ length: nodes }, (_, index) => {
        try {
          return relative(index)
        } catch {
          return null
        }
      })
    expect(related(index => left(toNodeIndex(index)))).toEqual(vector.left)
    expect(related(index => right(toNodeIndex(index)))).toEqual(vector.right)
    expect(related(index => parent(toNodeIndex(index), leaves))).toEqual(vector.parent)
    expect(related(index => sibling(toNodeIndex(index), leaves))).toEqual(vector.sibling)
  },
)

it('our suite gives the basic values of RFC 9420', async () => {
  const [vector] = vectors.cryptoBasics as Vector[]
  const { expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree, ref_hash: ref } = vector
  const expanded = await expandWithLabel(
    bytes(expand.secret),
    expand.label,
    bytes(expand.context),
    expand.length,
    kdf,
  )
  expect(hex(expanded)).toBe(expand.out)
  expect(hex(await deriveSecret(bytes(derive.secret), derive.label, kdf))).toBe(derive.out)
  const ofTree = await deriveTreeSecret(bytes(tree.secret), tree.label, tree.generation, tree.length, kdf)
  expect(hex(ofTree)).toBe(tree.out)
  expect(hex(await refhash(ref.label, bytes(ref.value), hash))).toBe(ref.out)
  const { sign_with_label: signed, encrypt_with_label: encrypted } = vector
  const check = (content: string) =>
    verifyWithLabel(bytes(signed.pub), signed.label, bytes(content), bytes(signed.signature), signature)
  expect(await check(signed.content)).toBe(true)
  expect(await check(`00${signed.content.slice(2)}`)).toBe(false)
  const { priv, label, context, kem_output: output, ciphertext, plaintext } = encrypted
  const key = await hpke.importPrivateKey(bytes(priv))
  const opened = await decryptWithLabel(key, label, bytes(context), bytes(output), bytes(ciphertext), hpke)
  expect(hex(opened)).toBe(plaintext)
})

it('our suite derives the keys of epochs, and exports from them, as RFC 9420 does', async () => {
  const [vector] = vectors.keySchedule as Vector[]
  let initSecret = bytes(vector.initial_init_secret)
  for (const [index, epoch] of vector.epochs.entries()) {
    const context: GroupContext = {
      version: 'mls10',
      cipherSuite: suite.name,
      groupId: bytes(vector.group_id),
      epoch: BigInt(index),
      treeHash: bytes(epoch.tree_hash),
      confirmedTranscriptHash: bytes(epoch.confirmed_transcript_hash),
      extensions: [],
    }
    expect(hex(encodeGroupContext(context))).toBe(epoch.group_context)
    const secrets = await initializeEpoch(
      initSecret,
      bytes(epoch.commit_secret),
      context,
      bytes(epoch.psk_secret),
      kdf,
    )
    const { keySchedule } = secrets
    expect({
      joiner: hex(secrets.joinerSecret),
      welcome: hex(secrets.welcomeSecret),
      init: hex(keySchedule.initSecret),
      encryption: hex(secrets.encryptionSecret),
      exporter: hex(keySchedule.exporterSecret),
      authenticator: hex(keySchedule.epochAuthenticator),
      confirmation: hex(keySchedule.confirmationKey),
      membership: hex(keySchedule.membershipKey),
    }).toEqual({
      joiner: epoch.joiner_secret,
      welcome: epoch.welcome_secret,
      init: epoch.init_secret,
      encryption: epoch.encryption_secret,
      exporter: epoch.exporter_secret,
      authenticator: epoch.epoch_authenticator,
      confirmation: epoch.confirmation_key,
      membership: epoch.membership_key,
    })
    const { label, context: exported, length, secret } = epoch.exporter
    const value = await mlsExporter(keySchedule.exporterSecret, label, bytes(exported), length, suite)
    expect(hex(value)).toBe(secret)
    initSecret = bytes(epoch.init_secret)
  }
})

it('our suite hashes transcripts as RFC 9420 does', async () => {
  const [vector] = vectors.transcriptHashes as Vector[]
  const content = decodeAuthenticatedContent(bytes(vector.authenticated_content), 0)?.[0]
  if (content?.auth.contentType !== 'commit' || content.content.contentType !== 'commit')
    throw new Error('no commit')
  const input = {
    wireformat: content.wireformat,
    content: content.content,
    signature: content.auth.signature,
  }
  const confirmed = await createConfirmedHash(bytes(vector.interim_transcript_hash_before), input, hash)
  expect(hex(confirmed)).toBe(vector.confirmed_transcript_hash_after)
  const { confirmationTag } = content.auth
  expect(await verifyConfirmationTag(bytes(vector.confirmation_key), confirmationTag, confirmed, hash)).toBe(
    true,
  )
  const interim = await createInterimHash(confirmed, confirmationTag, hash)
  expect(hex(interim)).toBe(vector.interim_transcript_hash_after)
})

it('our suite opens a welcome of RFC 9420', async () => {
  const [vector] = vectors.welcome as Vector[]
  const { welcome } = messageOf(vector.welcome, 'mls_welcome')
  const { keyPackage } = messageOf(vector.key_package, 'mls_key_package')
  const reference = await makeKeyPackageRef(keyPackage, hash)
  const key = await hpke.importPrivateKey(bytes(vector.init_priv))
  const secrets = await decryptGroupSecrets(key, reference, welcome, hpke)
  const none = new Uint8Array(kdf.size)
  const info = await decryptGroupInfo(welcome, secrets?.joinerSecret as Uint8Array, none, suite)
  if (secrets === undefined || info === undefined) throw new Error('no group')
  expect(await verifyGroupInfoSignature(info, bytes(vector.signer_pub), signature)).toBe(true)
  expect(await verifyGroupInfoConfirmationTag(info, secrets.joinerSecret, none, suite)).toBe(true)
})

it.each(vectors.secretTree as Vector[])(
  'our suite ratchets the keys of messages as RFC 9420 does (%#)',
  async vector => {
    const tree = await createSecretTree(vector.leaves.length, bytes(vector.encryption_secret), kdf)
    for (const [leaf, generations] of vector.leaves.entries()) {
      const start = (tree as unknown as Record<number, { handshake: never }>)[leaf * 2]?.handshake
      for (const expected of generations) {
        const { generation } = expected
        const [{ secret }] = await ratchetUntil(start as never, generation, config.keyRetentionConfig, kdf)
        expect(hex(await deriveKey(secret, generation, suite))).toBe(expected.handshake_key)
        expect(hex(await deriveNonce(secret, generation, suite))).toBe(expected.handshake_nonce)
      }
    }
  },
)

it.each(vectors.treeValidation as Vector[])(
  'our check accepts a valid tree of RFC 9420, and no other (%#)',
  async vector => {
    const tree = decodeRatchetTree(bytes(vector.tree), 0)?.[0]
    if (tree === undefined) throw new Error('no tree')
    for (const [index, expected] of vector.tree_hashes.entries()) {
      expect(hex(await treeHash(tree, toNodeIndex(index), hash))).toBe(expected)
    }
    expect(tree.map((_, index) => resolution(tree, toNodeIndex(index)))).toEqual(vector.resolutions)
    const context = {
      groupId: bytes(vector.group_id),
      treeHash: await treeHashRoot(tree, hash),
    } as GroupContext
    const own = { suite, config }
    await validateTree(tree, context, own)
    const refusal = { code: 'invalid-proof' }
    await expect(validateTree(tree, { ...context, treeHash: new Uint8Array(32) }, own)).rejects.toMatchObject(
      refusal,
    )
    const hasSigned = tree.some(
      node => node?.nodeType === 'leaf' && node.leaf.leafNodeSource !== 'key_package',
    )
    const elsewhere = validateTree(tree, { ...context, groupId: new Uint8Array(1) }, own)
    if (hasSigned) await expect(elsewhere).rejects.toMatchObject(refusal)
    else await elsewhere
  },
)

it.each(vectors.treeOperations as Vector[])('a proposal changes a tree as in RFC 9420 (%#)', async vector => {
  for (const when of ['before', 'after']) {
    const tree = decodeRatchetTree(bytes(vector[`tree_${when}`]), 0)?.[0]
    if (tree === undefined) throw new Error('no tree')
    expect(hex(await treeHashRoot(tree, hash))).toBe(vector[`tree_hash_${when}`])
  }
})

/** Somebody of the vectors, with the keys to be told. */
function passiveClient(vector: Record<string, string> & { external_psks: Record<string, string>[] }) {
  const { welcome } = messageOf(vector.welcome as string, 'mls_welcome')
  const { keyPackage: publicPackage } = messageOf(vector.key_package as string, 'mls_key_package')
  const privatePackage = {
    initPrivateKey: bytes(vector.init_priv as string),
    hpkePrivateKey: bytes(vector.encryption_priv as string),
    signaturePrivateKey: bytes(vector.signature_priv as string),
  }
  const shared = vector.external_psks.map(({ psk_id: id, psk }) => [
    Buffer.from(id as string, 'hex').toString('base64'),
    bytes(psk as string),
  ])
  return { welcome, publicPackage, privatePackage, shared: Object.fromEntries(shared) }
}

it.each(vectors.passiveClientWelcome as Vector[])(
  'somebody joins a group of RFC 9420 our way (%#)',
  async vector => {
    const { welcome, ...pair } = passiveClient(vector)
    const state = await joinByWelcome(welcome, pair, { suite, config })
    expect(hex(state.keySchedule.epochAuthenticator)).toBe(vector.initial_epoch_authenticator)
  },
)

it.each(vectors.passiveClientCommits as Vector[])(
  'somebody follows the commits of a group of RFC 9420 (%#)',
  async vector => {
    const { welcome, publicPackage, privatePackage, shared } = passiveClient(vector)
    // We use no pre-shared keys; these vectors do.
    const psks = makePskIndex(undefined, shared)
    let state = await joinGroup(
      welcome,
      publicPackage,
      privatePackage,
      psks,
      suite,
      undefined,
      undefined,
      config,
    )
    expect(hex(state.keySchedule.epochAuthenticator)).toBe(vector.initial_epoch_authenticator)
    for (const { proposals, commit, epoch_authenticator: authenticator } of vector.epochs) {
      for (const text of [...proposals, commit]) {
        const message = decodeMlsMessage(bytes(text), 0)?.[0]
        if (message?.wireformat !== 'mls_private_message' && message?.wireformat !== 'mls_public_message') {
          throw new Error('no handshake message')
        }
        state = (await processMessage(message, state, makePskIndex(state, shared), acceptAll, suite)).newState
      }
      expect(hex(state.keySchedule.epochAuthenticator)).toBe(authenticator)
    }
  },
)
