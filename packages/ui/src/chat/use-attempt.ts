import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError } from '../lumos/describe-error.ts'

export interface Attempt {
  /** What went wrong last and what to do, for people. */
  error: string | undefined
  attempt(act: () => Promise<unknown>): void
}

/** Does something that may fail, and keeps why it did. */
export function useAttempt(): Attempt {
  const { t } = useTranslation()
  const [error, setError] = useState<string>()
  const attempt = (act: () => Promise<unknown>) => {
    setError(undefined)
    act().catch(cause => {
      const { code } = describeError(cause)
      setError(`${t(`errors.${code}.title`)}. ${t(`errors.${code}.next`)}`)
    })
  }
  return { error, attempt }
}
