import { useTranslation } from 'react-i18next'

const shown = 6
const named = ['length', 'digits', 'operators', 'question', 'address', 'lines', 'history'] as const

function isNamed(feature: string): feature is (typeof named)[number] {
  return (named as readonly string[]).includes(feature)
}

/** What moves the decision most, by name; words are counted in buckets, and have none. */
export function Influences({ influences }: { influences: Readonly<Record<string, number>> }) {
  const { t } = useTranslation()
  const strongest = Object.entries(influences)
    .filter(([, weight]) => weight > 0)
    .sort(([, one], [, other]) => other - one)
    .slice(0, shown)
  const [most] = strongest
  if (most === undefined) return null
  const nameOf = (feature: string) => {
    const bucket = /^words-(\d+)$/.exec(feature)?.[1]
    if (bucket !== undefined) return t('learning.words', { number: Number(bucket) + 1 })
    return isNamed(feature) ? t(`learning.feature.${feature}`) : feature
  }
  return (
    <div className="mt-4">
      <h4 className="text-sm font-medium">{t('learning.influences')}</h4>
      <ul className="mt-2 space-y-1.5">
        {strongest.map(([feature, weight]) => (
          <li key={feature} className="grid grid-cols-[minmax(8rem,14rem)_1fr] items-center gap-3 text-sm">
            <span className="truncate text-ink-soft">{nameOf(feature)}</span>
            <span aria-hidden className="h-1.5 rounded-full bg-inset">
              <span
                className="block h-full rounded-full bg-light"
                style={{ width: `${(100 * weight) / most[1]}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
