export { type LiquidOptions, liquidOutcomeModel } from './liquid-outcome-model.ts'
