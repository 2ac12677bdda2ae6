import { LumosError } from '@lomusai/client-js'
import { type DidLog, decodeDidLog, isLumosDid, recoverPerson } from '@lomusai/client-js/identity'
import { LifeBuoy } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import type { Lumos } from '../lumos/lumos.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Problem } from '../ui/problem.tsx'
import { TextField } from '../ui/text-field.tsx'
import { DeviceFields, newDevice } from './device-fields.tsx'
import { isComplete, noSecret, RecoverySecretFields, secretFor } from './recovery-secret.tsx'
import { useDeed } from './use-deed.ts'

/** Brings a person back by their 24 words or guardians; the server or a saved file knows the history of their devices. */
export function RecoverCard() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const fileId = useId()
  const [device, setDevice] = useState(newDevice)
  const [did, setDid] = useState('')
  const [file, setFile] = useState<File>()
  const [secret, setSecret] = useState(noSecret)
  const { isBusy, error, run } = useDeed({
    'invalid-request': t('identity.recoverInvalid'),
    'invalid-proof': t('identity.recoverWrong'),
    'not-found': t('identity.recoverUnknown'),
  })
  const recover = (event: FormEvent) => {
    event.preventDefault()
    void run(async () => {
      const log =
        file === undefined ? await logFromServer(lumos, did.trim()) : decodeDidLog(await file.text())
      const place = await lumos.me.place(device.protection)
      const given = await secretFor(lumos, secret)
      const person = await recoverPerson({ ...place, ...given, label: device.label.trim(), log })
      await lumos.become(person)
    })
  }
  const isReady =
    device.label.trim() !== '' && isComplete(secret) && (did.trim() !== '' || file !== undefined)
  return (
    <Card title={t('identity.recoverTitle')} hint={t('identity.recoverHint')}>
      <form onSubmit={recover} className="space-y-5">
        <RecoverySecretFields secret={secret} onChange={setSecret} />
        <TextField
          label={t('identity.name')}
          hint={t('identity.recoverNameHint')}
          value={did}
          onChange={setDid}
          placeholder="did:lumos:…"
          isCode
        />
        <div>
          <label htmlFor={fileId} className="text-sm font-medium">
            {t('identity.recoverFile')}
          </label>
          <input
            id={fileId}
            type="file"
            accept=".json,application/json"
            onChange={event => setFile(event.target.files?.[0])}
            className="mt-1.5 block w-full text-sm text-ink-soft file:mr-3 file:h-9 file:rounded-full file:border file:border-line file:bg-surface file:px-4 file:text-sm file:font-medium file:text-ink"
          />
        </div>
        <DeviceFields device={device} onChange={setDevice} />
        <Button look="primary" type="submit" disabled={isBusy || !isReady} className="h-10">
          <LifeBuoy aria-hidden size={16} />
          {t('identity.recover')}
        </Button>
        <Problem text={error} />
      </form>
    </Card>
  )
}

async function logFromServer(lumos: Lumos, did: string): Promise<DidLog> {
  if (!isLumosDid(did)) throw new LumosError('invalid-request', 'A person’s name begins with did:lumos:')
  const client = await lumos.client('cloud')
  const log = await client.didLogs.get(did)
  if (log === undefined) throw new LumosError('not-found', `The server knows nobody named ${did}`)
  return decodeDidLog(JSON.stringify(log))
}
