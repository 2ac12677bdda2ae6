import { type DeviceFacts, deviceFacts } from '@lomusai/client-js/inference'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../ui/card.tsx'
import { formatBytes } from '../ui/format.ts'

/** What this device has to compute with. */
export function DeviceCard() {
  const { t, i18n } = useTranslation()
  const facts = useDeviceFacts()
  const bytes = (size: number | undefined) =>
    size === undefined ? t('models.device.unknown') : formatBytes(size, i18n.language)
  const tiles = [
    [t('models.device.cores'), facts?.cores ?? '…'],
    [t('models.device.memory'), facts === undefined ? '…' : bytes(facts.memoryBytes)],
    [
      t('models.device.gpu'),
      facts === undefined ? '…' : t(facts.gpu === undefined ? 'models.device.no' : 'models.device.yes'),
    ],
    [t('models.device.free'), facts === undefined ? '…' : bytes(facts.storageBytes)],
  ] as const
  return (
    <Card title={t('models.device.title')}>
      <dl className="grid grid-cols-2 gap-2.5 sm:grid-cols-4">
        {tiles.map(([name, value]) => (
          <div key={name} className="rounded-xl bg-inset px-4 py-3">
            <dt className="text-xs text-ink-soft">{name}</dt>
            <dd className="mt-0.5 font-medium tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

function useDeviceFacts(): DeviceFacts | undefined {
  const [facts, setFacts] = useState<DeviceFacts>()
  useEffect(() => void deviceFacts().then(setFacts), [])
  return facts
}
