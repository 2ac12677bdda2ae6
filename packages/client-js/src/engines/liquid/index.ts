export { type LiquidOptions, liquidOutcomeModel } from './liquid-outcome-model.ts'
export { type LogisticOptions, logisticOutcomeModel } from './logistic-outcome-model.ts'
