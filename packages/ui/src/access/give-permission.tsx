import type { PrincipalDid } from '@lomusai/client-js'
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError } from '../lumos/describe-error.ts'
import { Button } from '../ui/button.tsx'
import { shorten } from '../ui/format.ts'
import { Modal } from '../ui/modal.tsx'
import { Problem } from '../ui/problem.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type OfferName, offers } from './command-text.ts'
import type { Access } from './use-access.ts'

const hourMs = 60 * 60 * 1000
const durations = { hour: hourMs, day: 24 * hourMs, month: 30 * 24 * hourMs, always: undefined } as const

type DurationName = keyof typeof durations

const didPattern = /^did:(key|web|lumos):[\w.%:-]+$/

export interface GivePermissionProps extends Pick<Access, 'change'> {
  /** Who asks, where somebody does: then this is a question to the owner. */
  audience?: string
  onClose(): void
}

/** Gives somebody a permission, for as long as the owner says. */
export function GivePermission({ audience: asking, change, onClose }: GivePermissionProps) {
  const { t } = useTranslation()
  const formId = useId()
  const [audience, setAudience] = useState(asking ?? '')
  const [label, setLabel] = useState('')
  const [offer, setOffer] = useState<OfferName>('chat')
  const [duration, setDuration] = useState<DurationName>('day')
  const [error, setError] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const isInvalid = audience.trim() !== '' && !didPattern.test(audience.trim())
  const give = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    try {
      await change(async client => {
        for (const command of offers.find(({ name }) => name === offer)?.commands ?? []) {
          await client.access.grant({
            audience: audience.trim() as PrincipalDid,
            command,
            ...(label.trim() !== '' && { label: label.trim() }),
            ...(durations[duration] !== undefined && {
              expiresAt: new Date(Date.now() + durations[duration]).toISOString(),
            }),
          })
        }
      })
      onClose()
    } catch (cause) {
      setError(t(`errors.${describeError(cause).code}.title`))
      setIsBusy(false)
    }
  }
  return (
    <Modal
      isOpen
      onClose={onClose}
      title={asking === undefined ? t('access.give') : t('access.askedTitle', { who: shorten(asking, 28) })}
      description={asking === undefined ? t('access.giveHint') : t('access.askedHint')}
    >
      <form id={formId} onSubmit={event => void give(event)} className="mt-5 space-y-4">
        <TextField
          label={t('access.who')}
          value={audience}
          onChange={setAudience}
          placeholder="did:key:z6Mk…"
          isCode
          {...(isInvalid && { error: t('access.whoInvalid') })}
        />
        <TextField
          label={t('access.name')}
          value={label}
          onChange={setLabel}
          placeholder={t('access.namePlaceholder')}
          maxLength={128}
        />
        <SelectField<OfferName>
          label={t('access.what')}
          value={offer}
          onChange={setOffer}
          hint={t(`access.offerHint.${offer}`)}
          options={offers.map(({ name }) => ({ value: name, text: t(`access.offer.${name}`) }))}
        />
        <SelectField<DurationName>
          label={t('access.howLong')}
          value={duration}
          onChange={setDuration}
          options={(Object.keys(durations) as DurationName[]).map(name => ({
            value: name,
            text: t(`access.duration.${name}`),
          }))}
        />
        <Problem text={error} />
        <div className="flex justify-end gap-2 pt-1">
          <Button look="quiet" onClick={onClose}>
            {asking === undefined ? t('action.cancel') : t('access.refuse')}
          </Button>
          <Button look="primary" type="submit" disabled={isBusy || !didPattern.test(audience.trim())}>
            {asking === undefined ? t('access.giveNow') : t('access.allow')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
