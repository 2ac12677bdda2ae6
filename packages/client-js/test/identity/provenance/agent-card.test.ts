import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAssistant } from '../../../src/agents/index.ts'
import type { AgentCard, JsonValue } from '../../../src/contracts/index.ts'
import { base64url, canonicalJson, utf8 } from '../../../src/core/index.ts'
import { withoutDefaults } from '../../../src/identity/provenance/agent-card-defaults.ts'
import { createIdentity, signAgentCard, verifyAgentCard } from '../../../src/identity.ts'
import { MemoryModelCatalog } from '../../../src/testing/memory-model-catalog.ts'

const { card } = createAssistant({ models: new MemoryModelCatalog([]) }).info

describe('the canonical form of an agent card', () => {
  it('is that of the example in A2A 1.0, section 8.4.1', () => {
    const example = {
      name: 'Example Agent',
      description: '',
      capabilities: { streaming: false, pushNotifications: false, extensions: [] },
      skills: [],
    }
    expect(canonicalJson(withoutDefaults(example))).toBe(
      '{"capabilities":{"pushNotifications":false,"streaming":false},"description":"","name":"Example Agent","skills":[]}',
    )
  })

  it('has no defaults at any depth, but required members, optional members and free JSON as they are', () => {
    const full: JsonValue = {
      name: '',
      iconUrl: '',
      unknown: '',
      unknownMessage: {},
      unknownNumber: 0,
      unknownNothing: null,
      unknownCount: 5,
      unknownParts: { part: 1 },
      securityRequirements: [{ schemes: { key: { list: [] } } }],
      securitySchemes: {
        key: { apiKeySecurityScheme: { description: '', location: '', name: 'k' } },
        oauth: {
          oauth2SecurityScheme: {
            flows: {
              authorizationCode: { authorizationUrl: '', refreshUrl: '', scopes: {}, pkceRequired: false },
            },
            oauth2MetadataUrl: '',
          },
        },
        tls: { mtlsSecurityScheme: {} },
      },
      supportedInterfaces: [{ url: '', tenant: '', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
      capabilities: {
        extensions: [{ uri: 'x', description: '', required: false, params: { zero: 0, no: false } }],
      },
      provider: {},
      skills: [
        { id: '', name: '', description: '', tags: [], examples: [], inputModes: [], outputModes: ['a'] },
      ],
    }
    expect(withoutDefaults(full)).toEqual({
      name: '',
      iconUrl: '',
      unknownCount: 5,
      unknownParts: { part: 1 },
      securityRequirements: [{ schemes: { key: {} } }],
      securitySchemes: {
        key: { apiKeySecurityScheme: { location: '', name: 'k' } },
        oauth: {
          oauth2SecurityScheme: { flows: { authorizationCode: { authorizationUrl: '', scopes: {} } } },
        },
        tls: { mtlsSecurityScheme: {} },
      },
      supportedInterfaces: [{ url: '', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
      capabilities: { extensions: [{ uri: 'x', params: { zero: 0, no: false } }] },
      provider: {},
      skills: [{ id: '', name: '', description: '', tags: [], outputModes: ['a'] }],
    })
  })
})

describe('a signed agent card', () => {
  it('is verified by any JWS implementation', async () => {
    const { did, publicKey, ...signer } = await createIdentity()
    const signed = await signAgentCard(card, { did, publicKey, ...signer })
    const [signature] = signed.signatures as [NonNullable<AgentCard['signatures']>[number]]
    const { signatures: _, ...content } = signed
    const header = JSON.parse(Buffer.from(signature.protected, 'base64url').toString())
    expect(header).toEqual({ alg: 'EdDSA', typ: 'JOSE', kid: `${did}#${did.slice(8)}` })
    const payload = Buffer.from(canonicalJson(withoutDefaults(content as never))).toString('base64url')
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
      format: 'jwk',
    })
    const input = Buffer.from(`${signature.protected}.${payload}`)
    expect(verify(null, input, key, Buffer.from(signature.signature, 'base64url'))).toBe(true)
  })

  it('names everybody who signed it, and keeps their signatures', async () => {
    const [agent, owner] = [await createIdentity(), await createIdentity()]
    const signed = await signAgentCard(await signAgentCard(card, agent), owner)
    expect(await verifyAgentCard(signed)).toEqual([agent.did, owner.did])
    expect(await verifyAgentCard(card)).toEqual([])
  })

  it('is nobody’s once it was changed, but for members that say nothing', async () => {
    const signed = await signAgentCard(card, await createIdentity())
    expect(await verifyAgentCard({ ...signed, name: 'Another' })).toEqual([])
    expect(await verifyAgentCard({ ...signed, skills: [] })).toEqual([])
    const same = { ...signed, securityRequirements: [] } as AgentCard
    expect(await verifyAgentCard(same)).toHaveLength(1)
  })

  it('takes no header but its own kind', async () => {
    const identity = await createIdentity()
    const { did } = identity
    const [good, other] = [`${did}#${did.slice(8)}`, (await createIdentity()).did]
    const verdict = async (header: unknown) => {
      const encoded =
        typeof header === 'string' ? header : base64url.encode(utf8.encode(JSON.stringify(header)))
      const payload = base64url.encode(utf8.encode(canonicalJson(withoutDefaults(card as never))))
      const bytes = await identity.sign(utf8.encode(`${encoded}.${payload}`))
      const signatures = [{ protected: encoded, signature: base64url.encode(bytes) }]
      return (await verifyAgentCard({ ...card, signatures })).length
    }
    expect(await verdict({ alg: 'EdDSA', kid: good })).toBe(1)
    expect(await verdict({ alg: 'EdDSA', kid: did })).toBe(1)
    for (const header of [
      { alg: 'none', kid: good },
      { alg: 'ES256', kid: good },
      { alg: 'EdDSA' },
      { alg: 'EdDSA', kid: 'key-1' },
      { alg: 'EdDSA', kid: `${did}#${other.slice(8)}` },
      { alg: 'EdDSA', kid: other },
      { alg: 'EdDSA', kid: good, crit: ['b64'] },
      { alg: 'EdDSA', kid: good, more: 'x'.repeat(4096) },
      { alg: 'EdDSA', kid: good, more: [[[[]]]] },
      [],
      '***',
    ]) {
      expect(await verdict(header), JSON.stringify(header)).toBe(0)
    }
  })
})
