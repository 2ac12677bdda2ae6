import type { AnsweredPairing, Person } from '@lomusai/client-js/identity'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Modal } from '../ui/modal.tsx'
import { Problem } from '../ui/problem.tsx'
import { TextField } from '../ui/text-field.tsx'
import { PairingCode } from './pairing-code.tsx'
import { pairingLinkIn } from './pairing-link.ts'
import { useDeed } from './use-deed.ts'

export interface AddDeviceProps {
  person: Person
  /** What the new device shows, where it came by the address. */
  link?: string | undefined
  onClose(): void
}

/** Lets a new device in: its link, then the code that both must show. */
export function AddDevice({ person, link: arrived, onClose }: AddDeviceProps) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [text, setText] = useState(arrived ?? '')
  const [pairing, setPairing] = useState<AnsweredPairing>()
  const [life] = useState(() => new AbortController())
  useEffect(() => () => life.abort(), [life])
  const { isBusy, error, run } = useDeed({
    'invalid-request': t('identity.linkWrong'),
    'deadline-exceeded': t('identity.linkOld'),
    conflict: t('identity.linkUsed'),
  })
  const link = pairingLinkIn(text)
  const answer = (event: FormEvent) => {
    event.preventDefault()
    if (link === undefined) return
    void run(async () => {
      const channel = (await lumos.client('cloud')).pairingChannel()
      setPairing(await person.acceptPairing(link, { channel, signal: life.signal }))
    })
  }
  const letIn = async () => {
    if (await run(() => lumos.changePerson(() => pairing?.confirm() ?? Promise.resolve()))) onClose()
  }
  const refuse = async () => {
    if (await run(async () => pairing?.decline())) onClose()
  }
  return (
    <Modal
      isOpen
      onClose={onClose}
      title={
        pairing === undefined ? t('identity.addDevice') : t('identity.asksTitle', { label: pairing.label })
      }
      description={t(pairing === undefined ? 'identity.addHint' : 'identity.compareHint')}
    >
      {pairing === undefined ? (
        <form onSubmit={answer} className="mt-5 space-y-4">
          <TextField label={t('identity.link')} value={text} onChange={setText} isCode />
          <Problem
            text={error ?? (text !== '' && link === undefined ? t('identity.linkWrong') : undefined)}
          />
          <div className="flex justify-end gap-2">
            <Button look="quiet" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button look="primary" type="submit" disabled={isBusy || link === undefined}>
              {t('action.continue')}
            </Button>
          </div>
        </form>
      ) : (
        <div className="mt-5 space-y-4">
          <PairingCode code={pairing.code} />
          <Problem text={error} />
          <div className="flex flex-wrap justify-end gap-2">
            <Button disabled={isBusy} onClick={() => void refuse()}>
              {t('identity.differ')}
            </Button>
            <Button look="primary" disabled={isBusy} onClick={() => void letIn()}>
              {t('identity.match')}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  )
}
