import type { Translation } from './en.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    returnNull: false
    resources: { translation: Translation }
  }
}
