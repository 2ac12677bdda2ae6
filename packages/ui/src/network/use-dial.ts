import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { describeError } from '../lumos/describe-error.ts'
import { isPeerAddress } from '../settings/peer-address.ts'

export interface Dial {
  state: 'idle' | 'dialling' | 'connected' | 'failed'
  /** The address under way. */
  address?: string
  /** Who answered. */
  peerId?: string
  /** What went wrong and what to do, for people. */
  error?: string
}

/** Connects this page to peers, one at a time. Resolves to whether the peer answered. */
export function useDial(): Dial & { dial(address: string): Promise<boolean> } {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [outcome, setOutcome] = useState<Dial>({ state: 'idle' })
  const dial = async (address: string) => {
    if (!isPeerAddress(address)) {
      setOutcome({ state: 'failed', error: t('settings.peerInvalid') })
      return false
    }
    setOutcome({ state: 'dialling', address })
    try {
      setOutcome({ state: 'connected', peerId: await lumos.dial(address) })
      return true
    } catch (cause) {
      const { code } = describeError(cause)
      setOutcome({ state: 'failed', error: `${t(`errors.${code}.title`)}. ${t(`errors.${code}.next`)}` })
      return false
    }
  }
  return { ...outcome, dial }
}
