import { Calculator, Clock3, Sparkles, UserRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { BrandMark } from '../shell/brand-mark.tsx'

const examples = [
  { name: 'math', icon: Calculator },
  { name: 'time', icon: Clock3 },
  { name: 'identity', icon: UserRound },
  { name: 'abilities', icon: Sparkles },
] as const

/** A conversation before its first word. */
export function Welcome({ onPick }: { onPick(text: string): void }) {
  const { t } = useTranslation()
  return (
    <div className="fade-edges min-h-0 flex-1 overflow-y-auto">
      <div className="rise-in mx-auto flex min-h-full w-full max-w-3xl flex-col justify-center px-5 py-6 sm:px-8 sm:py-10">
        <BrandMark size={44} className="mb-5" />
        <p className="font-serif text-4xl leading-tight tracking-tight text-balance sm:text-5xl">
          {t('chat.greeting')}
        </p>
        <p className="mt-4 max-w-xl text-pretty text-ink-soft">{t('chat.intro')}</p>
        <ul aria-label={t('chat.examples')} className="mt-7 grid sm:mt-9 gap-2.5 sm:grid-cols-2">
          {examples.map(({ name, icon: Icon }) => (
            <li key={name}>
              <button
                type="button"
                onClick={() => onPick(t(`chat.example.${name}`))}
                className="flex w-full items-center gap-3 rounded-2xl border border-line bg-surface/70 px-4 py-3.5 text-left text-sm transition hover:-translate-y-px hover:bg-surface hover:shadow-soft"
              >
                <Icon aria-hidden size={17} strokeWidth={1.8} className="shrink-0 text-ink-faint" />
                {t(`chat.example.${name}`)}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
