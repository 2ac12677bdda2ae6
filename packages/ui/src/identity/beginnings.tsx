import { KeyRound, LifeBuoy, type LucideIcon, MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDid } from '../lumos/use-did.ts'
import { Card } from '../ui/card.tsx'
import { classNames } from '../ui/class-names.ts'
import { Copyable } from '../ui/copyable.tsx'
import { CreateCard } from './create-card.tsx'
import { PairCard } from './pair-card.tsx'
import { RecoverCard } from './recover-card.tsx'

const ways = [
  { name: 'create', icon: KeyRound },
  { name: 'pair', icon: MonitorSmartphone },
  { name: 'recover', icon: LifeBuoy },
] as const satisfies { name: string; icon: LucideIcon }[]

type Way = (typeof ways)[number]['name']

export interface BeginningsProps {
  /** Told the words that recover a person who was just made. */
  onWords(words: string): void
}

/** Nobody is here yet: what the page's own key is, and three ways to be a person. */
export function Beginnings({ onWords }: BeginningsProps) {
  const { t } = useTranslation()
  const did = useDid()
  const [way, setWay] = useState<Way>()
  const [isBusy, setIsBusy] = useState(false)
  return (
    <>
      <Card title={t('identity.nowTitle')} hint={t('identity.nowHint')}>
        {did !== undefined && <Copyable name={t('identity.key')} value={did} />}
      </Card>
      <div className="grid gap-3 sm:grid-cols-3">
        {ways.map(({ name, icon: Icon }) => (
          <button
            key={name}
            type="button"
            aria-pressed={way === name}
            disabled={isBusy}
            onClick={() => setWay(name)}
            className={classNames(
              'flex flex-col rounded-2xl border p-5 text-left transition-[border-color,box-shadow] hover:shadow-soft disabled:opacity-45',
              way === name ? 'border-ink bg-surface' : 'border-line bg-surface',
            )}
          >
            <Icon aria-hidden size={20} strokeWidth={1.8} className="text-ink-soft" />
            <span className="mt-3 block font-semibold tracking-tight">{t(`identity.way.${name}`)}</span>
            <span className="mt-1 block text-sm text-ink-faint">{t(`identity.wayHint.${name}`)}</span>
          </button>
        ))}
      </div>
      {way === 'create' && <CreateCard onWords={onWords} />}
      {way === 'pair' && <PairCard onBusy={setIsBusy} />}
      {way === 'recover' && <RecoverCard />}
    </>
  )
}
