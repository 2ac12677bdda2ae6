import { describe, expect, it } from 'vitest'
import type { Did, JsonObject, RunId, ThreadId, Tool, ToolCallId, ToolContext } from '../contracts/index.ts'
import { checkJsonSchema, createId } from '../core/index.ts'

export interface ToolSuiteOptions {
  create(): Promise<Tool> | Tool
  /** Arguments that fit the schema and give a result. */
  arguments: JsonObject
  /** Some that do not fit. @default an argument nobody knows */
  wrongArguments?: JsonObject
}

/** A context for a call outside any run. */
export function toolContext(context: Partial<ToolContext> = {}): ToolContext {
  const requester = context.requester ?? ('did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' as Did)
  return {
    toolCallId: createId() as ToolCallId,
    runId: createId() as RunId,
    threadId: createId() as ThreadId,
    requester,
    use: { principal: requester, purposes: ['read'] },
    ...context,
  }
}

/** What every {@link Tool} must do. */
export function toolSuite(name: string, options: ToolSuiteOptions): void {
  describe(`${name} is a Tool`, () => {
    it('has a name that models and protocols accept, and says what it does', async () => {
      const tool = await options.create()
      expect(tool.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
      expect(tool.description.length).toBeGreaterThan(10)
    })

    it('describes its arguments by a schema of an object', async () => {
      const { parameters } = await options.create()
      expect(parameters.type).toBe('object')
      expect(checkJsonSchema(parameters, options.arguments)).toEqual([])
      const wrong = options.wrongArguments ?? { ...options.arguments, unknownArgument: true }
      expect(checkJsonSchema(parameters, wrong)).not.toEqual([])
    })

    it('gives a result that survives JSON', async () => {
      const tool = await options.create()
      const result = await tool.execute(options.arguments, toolContext())
      expect(JSON.parse(JSON.stringify(result))).toEqual(result)
    })

    it('gives the same for the same call when it says that it is idempotent', async () => {
      const tool = await options.create()
      if (tool.idempotent !== true) return
      const context = toolContext()
      const first = await tool.execute(options.arguments, context)
      expect(await tool.execute(options.arguments, context)).toEqual(first)
    })
  })
}
