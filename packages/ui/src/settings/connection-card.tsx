import { X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { TextField } from '../ui/text-field.tsx'
import { isPeerAddress } from './peer-address.ts'

export function ConnectionCard() {
  const { t } = useTranslation()
  return (
    <Card title={t('settings.connection')}>
      <ServerAddress />
      <PeerAddresses />
    </Card>
  )
}

function ServerAddress() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [address, setAddress] = useState(lumos.settings.get().serverUrl)
  const [outcome, setOutcome] = useState<'saved' | 'invalid'>()
  const save = (event: FormEvent) => {
    event.preventDefault()
    const serverUrl = originOf(address)
    setOutcome(serverUrl === undefined ? 'invalid' : 'saved')
    if (serverUrl === undefined) return
    setAddress(serverUrl)
    lumos.settings.update(settings => ({ ...settings, serverUrl }))
    void lumos.places.cloud.check()
  }
  return (
    <form onSubmit={save} className="flex flex-wrap items-start gap-x-3 gap-y-2">
      <TextField
        label={t('settings.server')}
        hint={t('settings.serverHint', { origin: location.origin })}
        value={address}
        onChange={value => {
          setAddress(value)
          setOutcome(undefined)
        }}
        placeholder={location.origin}
        isCode
        {...(outcome === 'invalid' && { error: t('settings.serverInvalid') })}
      />
      <Button type="submit" className="mt-7.5 h-10">
        {t('action.save')}
      </Button>
      <p role="status" className="w-full text-sm text-success empty:hidden">
        {outcome === 'saved' && t('settings.saved')}
      </p>
    </form>
  )
}

/** The origin of an http address; empty for an empty text, undefined for anything else. */
function originOf(text: string): string | undefined {
  if (text.trim() === '') return ''
  if (!URL.canParse(text.trim())) return undefined
  const { protocol, origin } = new URL(text.trim())
  return protocol === 'http:' || protocol === 'https:' ? origin : undefined
}

function PeerAddresses() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const { peerAddresses } = useObservable(lumos.settings)
  const [address, setAddress] = useState('')
  const [isInvalid, setIsInvalid] = useState(false)
  const change = (addresses: string[]) =>
    lumos.settings.update(settings => ({ ...settings, peerAddresses: addresses }))
  const add = (event: FormEvent) => {
    event.preventDefault()
    const added = address.trim()
    setIsInvalid(!isPeerAddress(added))
    if (!isPeerAddress(added)) return
    change([...peerAddresses.filter(known => known !== added), added])
    setAddress('')
  }
  return (
    <section aria-label={t('settings.peers')} className="mt-6 border-t border-line pt-5">
      <ul className="mb-4 space-y-1 empty:hidden">
        {peerAddresses.map(known => (
          <li key={known} className="flex items-center gap-2">
            <code className="min-w-0 flex-1 font-mono text-[0.82rem] break-all text-ink-soft">{known}</code>
            <IconButton
              size="small"
              icon={X}
              label={`${t('action.remove')}: ${known}`}
              onClick={() => change(peerAddresses.filter(other => other !== known))}
            />
          </li>
        ))}
      </ul>
      <form onSubmit={add} className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <TextField
          label={t('settings.addPeer')}
          hint={t('settings.peersHint')}
          value={address}
          onChange={setAddress}
          placeholder="/ip4/127.0.0.1/tcp/4113/ws/p2p/12D3Koo…"
          isCode
          {...(isInvalid && { error: t('settings.peerInvalid') })}
        />
        <Button type="submit" className="mt-7.5 h-10">
          {t('settings.add')}
        </Button>
      </form>
    </section>
  )
}
