import { WifiOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useApp } from '../app-context.ts'
import { isRemoved } from '../lumos/me.ts'
import { useMe } from '../lumos/use-me.ts'
import { useObservable } from '../observable.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { LockedNotice } from './locked-notice.tsx'
import { useResolvedPlace } from './use-resolved-place.ts'

/** Above the composer: why the chosen place cannot answer now, and what to do. Nothing while all is well. */
export function PlaceNotice() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const place = useResolvedPlace()
  const { state, error } = useObservable(lumos.places[place].status)
  const me = useMe()
  const isOnline = useIsOnline()
  const useLocal = () => lumos.settings.update(settings => ({ ...settings, place: 'local' }))
  const navigate = useNavigate()
  const retry = <Button onClick={() => void lumos.places[place].check()}>{t('action.retry')}</Button>
  const local = <Button onClick={useLocal}>{t('place.notice.useLocal')}</Button>

  if (me.state === 'person' && me.isLocked) return <LockedNotice />
  if (isRemoved(me)) {
    const open = <Button onClick={() => void navigate('/identity')}>{t('identity.toIdentity')}</Button>
    return (
      <Notice tone="danger" actions={open}>
        {t('identity.removedNotice')}
      </Notice>
    )
  }
  if (!isOnline && place !== 'local' && state !== 'ready') {
    return (
      <Notice actions={local}>
        <WifiOff aria-hidden size={15} className="mr-2 inline" />
        {t('place.offline')}
      </Notice>
    )
  }
  if (place === 'cloud' && state === 'unreachable') {
    return (
      <Notice tone="danger" actions={[<span key="r">{retry}</span>, <span key="l">{local}</span>]}>
        {t('place.notice.cloudDown', { address: lumos.serverUrl })}
      </Notice>
    )
  }
  if (place === 'peer' && state === 'not-set-up') {
    const add = <Button onClick={() => void navigate('/network')}>{t('place.notice.addPeer')}</Button>
    return <Notice actions={add}>{t('place.notice.peerMissing')}</Notice>
  }
  if (place === 'peer' && (state === 'unreachable' || state === 'failed')) {
    return (
      <Notice tone="danger" actions={retry}>
        {t('place.notice.peerDown')}
      </Notice>
    )
  }
  if (state === 'failed') {
    return (
      <Notice tone="danger" actions={retry}>
        {t(`errors.${error?.code ?? 'internal'}.title`)}. {t(`errors.${error?.code ?? 'internal'}.next`)}
      </Notice>
    )
  }
  return null
}

function useIsOnline(): boolean {
  return useSyncExternalStore(
    onChange => {
      addEventListener('online', onChange)
      addEventListener('offline', onChange)
      return () => {
        removeEventListener('online', onChange)
        removeEventListener('offline', onChange)
      }
    },
    () => navigator.onLine,
  )
}
