import { pairDevice } from '@lomusai/client-js/identity'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { Problem } from '../ui/problem.tsx'
import { DeviceFields, newDevice } from './device-fields.tsx'
import { PairingCode } from './pairing-code.tsx'
import { addressOfPairing } from './pairing-link.ts'
import { QrCode } from './qr-code.tsx'
import { useDeed } from './use-deed.ts'

/** What the other device has to be shown next. */
type Step =
  | { step: 'ask' }
  | { step: 'link'; address: string }
  | { step: 'code'; code: string; decide(isSame: boolean): void }
  | { step: 'wait' }

/** Makes this browser one of the devices of a person who is on another one. */
export function PairCard({ onBusy }: { onBusy(isBusy: boolean): void }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [device, setDevice] = useState(newDevice)
  const [step, setStep] = useState<Step>({ step: 'ask' })
  const life = useRef<AbortController>(undefined)
  useEffect(() => () => life.current?.abort(), [])
  const { isBusy, error, run } = useDeed({
    forbidden: t('identity.notLetIn'),
    'deadline-exceeded': t('identity.linkOld'),
  })
  const pair = async (event: FormEvent) => {
    event.preventDefault()
    const controller = new AbortController()
    life.current = controller
    onBusy(true)
    await run(async () => {
      const channel = (await lumos.client('cloud')).pairingChannel()
      const person = await pairDevice({
        ...(await lumos.me.place(device.protection)),
        label: device.label.trim(),
        channel,
        signal: controller.signal,
        onLink: link => setStep({ step: 'link', address: addressOfPairing(link, lumos.serverUrl) }),
        onCode: code =>
          new Promise(decide => {
            setStep({ step: 'code', code, decide })
            controller.signal.addEventListener('abort', () => decide(false), { once: true })
          }),
      }).catch(cause => {
        if (!controller.signal.aborted) throw cause
      })
      if (person !== undefined) await lumos.become(person)
    })
    setStep({ step: 'ask' })
    onBusy(false)
  }
  const decide = (isSame: boolean) => {
    if (step.step !== 'code') return
    step.decide(isSame)
    setStep({ step: 'wait' })
  }
  const cancel = (
    <Button look="quiet" onClick={() => life.current?.abort()}>
      {t('action.cancel')}
    </Button>
  )
  return (
    <Card title={t('identity.pairTitle')} hint={t(`identity.pairHint.${step.step}`)}>
      {step.step === 'ask' && (
        <form onSubmit={event => void pair(event)} className="space-y-5">
          <DeviceFields device={device} onChange={setDevice} />
          <Button
            look="primary"
            type="submit"
            disabled={isBusy || device.label.trim() === ''}
            className="h-10"
          >
            {t('identity.pair')}
          </Button>
          <Problem text={error} />
        </form>
      )}
      {step.step === 'link' && (
        <div className="grid items-start gap-5 sm:grid-cols-[18rem_1fr]">
          <QrCode text={step.address} label={t('identity.qr')} />
          <div className="min-w-0 space-y-3">
            <p className="text-sm text-ink-soft">{t('identity.linkHint')}</p>
            <div className="max-h-40 overflow-y-auto">
              <Copyable name={t('identity.link')} value={step.address} />
            </div>
            <p role="status" className="text-sm text-ink-faint">
              {t('identity.waiting')}
            </p>
            {cancel}
          </div>
        </div>
      )}
      {step.step === 'code' && (
        <div className="space-y-4">
          <PairingCode code={step.code} />
          <div className="flex flex-wrap gap-2">
            <Button look="primary" onClick={() => decide(true)}>
              {t('identity.matchHere')}
            </Button>
            <Button onClick={() => decide(false)}>{t('identity.differ')}</Button>
          </div>
        </div>
      )}
      {step.step === 'wait' && (
        <div className="flex flex-wrap items-center gap-3">
          <p role="status" className="text-sm text-ink-soft">
            {t('identity.waitingForOther')}
          </p>
          {cancel}
        </div>
      )}
    </Card>
  )
}
