export * from './agent-loop.ts'
export * from './create-assistant.ts'
