import { beforeEach, describe, expect, it } from 'vitest'
import {
  type Authorization,
  type Authorizer,
  type Command,
  type Identity,
  isLumosError,
  type PrincipalDid,
  type RequestContext,
  type RequestEnvelope,
  type ResourceScope,
} from '../contracts/index.ts'
import { createIdentity } from '../identity/index.ts'

export interface AuthorizerSuiteOptions {
  /** The authorizer of `node`, at which anybody may use the public commands, and nobody was given more. */
  create(parts: { node: Identity; publicCommands: readonly Command[] }): Authorizer | Promise<Authorizer>
}

interface Question {
  issuer: Identity
  command: Command
  scope?: ResourceScope
  subject?: PrincipalDid
  delegations?: string[]
}

/** What every {@link Authorizer} must do. */
export function authorizerSuite(name: string, options: AuthorizerSuiteOptions): void {
  describe(`${name} is an Authorizer`, () => {
    let node: Identity, alice: Identity, bob: Identity, authorizer: Authorizer
    beforeEach(async () => {
      ;[node, alice, bob] = (await Promise.all([1, 2, 3].map(() => createIdentity()))) as [
        Identity,
        Identity,
        Identity,
      ]
      authorizer = await options.create({ node, publicCommands: ['/thread', '/node/describe'] })
    })

    async function ask({
      issuer,
      command,
      scope = 'owner',
      subject,
      delegations,
    }: Question): Promise<Authorization> {
      const envelope = {
        issuer: issuer.did,
        params: {},
        ...(subject && { subject }),
        ...(delegations && { delegations }),
      } as unknown as RequestEnvelope
      return authorizer.authorize({
        issuer: issuer.did,
        command,
        scope,
        envelope,
        context: {} as RequestContext,
      })
    }

    async function refusalOf(question: Question): Promise<unknown> {
      const authorization = await ask(question).catch((error: unknown) => error)
      expect(isLumosError(authorization), JSON.stringify(authorization)).toBe(true)
      return authorization
    }

    it.each(['node', 'owner'] as const)(
      'admits anybody to public commands, as themselves (%s)',
      async scope => {
        const own = { subject: alice.did, delegations: [] }
        expect(await ask({ issuer: alice, command: '/thread/get', scope })).toEqual(own)
        expect(await ask({ issuer: alice, command: '/node/describe', scope, subject: alice.did })).toEqual(
          own,
        )
      },
    )

    it('admits the node to everything, as itself', async () => {
      for (const command of ['/access/grant', '/thread/get'] as const) {
        expect(await ask({ issuer: node, command })).toEqual({ subject: node.did, delegations: [] })
      }
    })

    it('refuses what is not public, and names the command that is missing', async () => {
      for (const command of ['/access/list', '/node', '/'] as const) {
        expect(await refusalOf({ issuer: alice, command })).toMatchObject({
          code: 'forbidden',
          retryable: false,
          details: { command },
        })
      }
    })

    it('compares whole segments', async () => {
      for (const command of ['/threads', '/thread-admin/wipe', '/node/describes'] as const) {
        expect(await refusalOf({ issuer: alice, command })).toMatchObject({ code: 'forbidden' })
      }
    })

    it('refuses the data of others, the node’s too', async () => {
      for (const subject of [bob.did, node.did]) {
        expect(await refusalOf({ issuer: alice, command: '/thread/get', subject })).toMatchObject({
          code: 'forbidden',
        })
      }
    })

    it('gains nothing from delegations that are none', async () => {
      for (const token of ['', 'A', '%', 'AAAA', 'x'.repeat(100_000)]) {
        await refusalOf({ issuer: alice, command: '/access/list', delegations: [token] })
        await refusalOf({
          issuer: alice,
          command: '/thread/get',
          subject: bob.did,
          delegations: [token, token],
        })
      }
    })

    it('answers alike however often and by whoever it is asked meanwhile', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, (_, index) => {
          const issuer = index % 2 === 0 ? alice : bob
          const command = index % 3 === 0 ? '/access/list' : '/thread/get'
          return ask({ issuer, command }).then(
            ({ subject }) => subject === issuer.did,
            () => 'refused',
          )
        }),
      )
      expect(outcomes).toEqual(outcomes.map((_, index) => (index % 3 === 0 ? 'refused' : true)))
    })
  })
}
