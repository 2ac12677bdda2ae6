import { type ErrorCode, isLumosError } from '@lomusai/client-js'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError } from '../lumos/describe-error.ts'

export interface Deed {
  isBusy: boolean
  /** What went wrong last and what to do, for people. */
  error: string | undefined
  /** Resolves to whether it went well. */
  run(act: () => Promise<unknown>): Promise<boolean>
}

/**
 * Does one thing at a time that may fail, and keeps why it did.
 *
 * @param words - what this page says of some failures, instead of what the app does everywhere
 */
export function useDeed(words: Partial<Record<ErrorCode, string>> = {}): Deed {
  const { t } = useTranslation()
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<string>()
  const run = async (act: () => Promise<unknown>) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await act()
      return true
    } catch (cause) {
      const { code } = describeError(cause)
      const isDeclined = isLumosError(cause) && cause.details?.problem === 'cancelled'
      const general = `${t(`errors.${code}.title`)}. ${t(`errors.${code}.next`)}`
      setError(isDeclined ? t('identity.declined') : (words[code] ?? general))
      return false
    } finally {
      setIsBusy(false)
    }
  }
  return { isBusy, error, run }
}
