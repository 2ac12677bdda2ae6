export * from './answer-grammars.ts'
export * from './token-constraint.ts'
