export * from './answer-pairing.ts'
export * from './offer-pairing.ts'
