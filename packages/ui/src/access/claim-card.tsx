import { KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate } from 'react-router'
import { useApp } from '../app-context.ts'
import { describeError } from '../lumos/describe-error.ts'
import { useDid } from '../lumos/use-did.ts'
import { Fact, Facts } from '../network/facts.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { TextField } from '../ui/text-field.tsx'
import type { Access } from './use-access.ts'

/** For those who may not see the server's permissions: how to own it, or whom to ask. */
export function ClaimCard({ change }: Pick<Access, 'change'>) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const navigate = useNavigate()
  const { hash } = useLocation()
  const [code, setCode] = useState(() => new URLSearchParams(hash.slice(1)).get('claim') ?? '')
  const did = useDid()
  const [error, setError] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const claim = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setError(undefined)
    try {
      await change(client => client.access.claim(code.trim()))
      // A used code has no business in the address bar.
      void navigate('/access', { replace: true })
    } catch (cause) {
      const { code: reason } = describeError(cause)
      setError(reason === 'forbidden' ? t('access.claimWrong') : t(`errors.${reason}.title`))
      setIsBusy(false)
    }
  }
  return (
    <>
      <Card title={t('access.claimTitle')} hint={t('access.claimHint')}>
        <form onSubmit={event => void claim(event)} className="flex flex-wrap items-start gap-x-3 gap-y-2">
          <TextField
            label={t('access.claimCode')}
            value={code}
            onChange={setCode}
            isCode
            {...(error !== undefined && { error })}
          />
          <Button
            look="primary"
            type="submit"
            disabled={isBusy || code.trim() === ''}
            className="mt-7.5 h-10"
          >
            <KeyRound aria-hidden size={16} />
            {t('access.claim')}
          </Button>
        </form>
      </Card>
      {did !== undefined && (
        <Card title={t('access.askTitle')} hint={t('access.askHint')}>
          <Facts>
            <Fact name={t('access.yourDid')}>
              <Copyable name={t('access.yourDid')} value={did} />
            </Fact>
            <Fact name={t('access.askLink')}>
              <Copyable name={t('access.askLink')} value={`${lumos.serverUrl}/access#ask=${did}`} />
            </Fact>
          </Facts>
        </Card>
      )}
    </>
  )
}
