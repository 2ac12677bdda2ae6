import { type DeviceFacts, deviceFacts, type StoreUsage } from '@lomusai/client-js/inference'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { Card } from '../ui/card.tsx'
import { formatBytes } from '../ui/format.ts'
import type { ModelList } from './use-model-list.ts'

/** What this device has to compute with, and how much of it models take. Read again with the list. */
export function DeviceCard({ models }: { models: ModelList }) {
  const { t, i18n } = useTranslation()
  const facts = useDeviceFacts()
  const usage = useUsage(models)
  const bytes = (size: number | undefined) =>
    size === undefined ? t('models.device.unknown') : formatBytes(size, i18n.language)
  const tiles = [
    [t('models.device.cores'), facts?.cores ?? '…'],
    [t('models.device.memory'), facts === undefined ? '…' : bytes(facts.memoryBytes)],
    [
      t('models.device.gpu'),
      facts === undefined ? '…' : t(facts.gpu === undefined ? 'models.device.no' : 'models.device.yes'),
    ],
    [t('models.device.used'), usage === undefined ? '…' : bytes(usage.usedBytes)],
    [t('models.device.free'), facts === undefined ? '…' : bytes(facts.storageBytes)],
  ] as const
  return (
    <Card title={t('models.device.title')}>
      <dl className="grid grid-cols-2 gap-2.5 sm:grid-cols-5">
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

function useUsage(models: ModelList): StoreUsage | undefined {
  const { lumos } = useApp()
  const [usage, setUsage] = useState<StoreUsage>()
  useEffect(() => {
    if (models.state !== 'ready') return
    lumos
      .downloads()
      .then(store => store.usage())
      .then(setUsage, () => setUsage(undefined))
  }, [lumos, models])
  return usage
}
