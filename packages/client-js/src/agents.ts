/**
 * Agents that talk and use tools.
 *
 * ```ts
 * const assistant = createAssistant({ models, tools: [calculator(), clock()] })
 * ```
 *
 * @packageDocumentation
 */
export * from './agents/index.ts'
