import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate } from 'react-router'
import { isRemoved, type PersonHere } from '../lumos/me.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { AddDevice } from './add-device.tsx'
import { DeviceRow } from './device-row.tsx'
import { pairingLinkIn } from './pairing-link.ts'

/** The person's devices. A pairing link in the address opens the question about the new one at once. */
export function DevicesCard({ me }: { me: PersonHere }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { hash } = useLocation()
  const arrived = pairingLinkIn(hash)
  const [isAdding, setIsAdding] = useState(false)
  const canChange = !me.isLocked && !isRemoved(me)
  const close = () => {
    setIsAdding(false)
    // A used link has no business in the address bar.
    if (arrived !== undefined) void navigate('/identity', { replace: true })
  }
  return (
    <Card
      title={t('identity.devices')}
      hint={t('identity.devicesHint')}
      aside={
        <Button look="primary" disabled={!canChange} onClick={() => setIsAdding(true)}>
          <Plus aria-hidden size={16} />
          {t('identity.addDevice')}
        </Button>
      }
    >
      <ul className="divide-y divide-line">
        {me.devices.map(device => (
          <DeviceRow key={device.did} device={device} canRemove={canChange && !device.isThisDevice} />
        ))}
      </ul>
      {canChange && (isAdding || arrived !== undefined) && (
        <AddDevice key={arrived} person={me.person} link={arrived} onClose={close} />
      )}
    </Card>
  )
}
