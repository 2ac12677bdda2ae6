export * from './resolve-web-did.ts'
export * from './web-did.ts'
export * from './write-web-did-document.ts'
