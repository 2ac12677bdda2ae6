import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { shorten } from '../ui/format.ts'
import { TextField } from '../ui/text-field.tsx'
import type { useDial } from './use-dial.ts'

/** Connects this page to a peer by address, and says how that went. */
export function DialPeer({ dialling }: { dialling: ReturnType<typeof useDial> }) {
  const { t } = useTranslation()
  const [address, setAddress] = useState('')
  const { state, error, peerId, dial } = dialling
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await dial(address.trim())) setAddress('')
  }
  return (
    <form onSubmit={event => void submit(event)}>
      <h3 className="mb-3 text-sm font-semibold">{t('network.dialTitle')}</h3>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <TextField
          label={t('network.dialLabel')}
          hint={t('network.dialHint')}
          value={address}
          onChange={setAddress}
          placeholder="/ip4/127.0.0.1/tcp/4113/ws/p2p/12D3Koo…"
          isCode
          {...(error !== undefined && { error })}
        />
        <Button look="primary" type="submit" disabled={state === 'dialling'} className="mt-7.5 h-10">
          {state === 'dialling' ? t('network.dialling') : t('network.dial')}
        </Button>
      </div>
      <p role="status" className="mt-2 text-sm text-success empty:hidden">
        {peerId !== undefined && t('network.dialled', { peer: shorten(peerId) })}
      </p>
    </form>
  )
}
