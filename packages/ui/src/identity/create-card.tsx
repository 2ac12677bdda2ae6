import { KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Problem } from '../ui/problem.tsx'
import { createMyself } from './create-myself.ts'
import { DeviceFields, newDevice } from './device-fields.tsx'
import { useDeed } from './use-deed.ts'

/** Makes a person of whoever sits here. */
export function CreateCard({ onWords }: { onWords(words: string): void }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [device, setDevice] = useState(newDevice)
  const { isBusy, error, run } = useDeed()
  const create = (event: FormEvent) => {
    event.preventDefault()
    void run(async () => {
      await createMyself(lumos, device, onWords)
    })
  }
  return (
    <Card title={t('identity.createTitle')} hint={t('identity.createHint')}>
      <form onSubmit={create} className="space-y-5">
        <DeviceFields device={device} onChange={setDevice} />
        <Button look="primary" type="submit" disabled={isBusy || device.label.trim() === ''} className="h-10">
          <KeyRound aria-hidden size={16} />
          {t('identity.create')}
        </Button>
        <Problem text={error} />
      </form>
    </Card>
  )
}
