import type { PlaceKind } from '@lomusai/client-js'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useDeed } from '../identity/use-deed.ts'
import { useObservable } from '../observable.ts'
import { Card } from '../ui/card.tsx'
import { Problem } from '../ui/problem.tsx'
import { Switch } from '../ui/switch.tsx'
import { PolicyReport } from './policy-report.tsx'
import { useLearning } from './use-learning.ts'

/** What a place learned from this person's ratings, and whether it may. Nothing where it cannot. */
export function LearningCard({ place }: { place: PlaceKind }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const { learns } = useObservable(lumos.settings)
  const { reports = [], error, change } = useLearning(place)
  const deed = useDeed()
  const isHere = place === 'local'
  if (!isHere && reports.length === 0) return null
  return (
    <Card title={t('learning.title')} hint={t(`learning.hint.${place}`)}>
      {isHere && (
        <Switch
          label={t('learning.allow')}
          hint={t('learning.allowHint')}
          isOn={learns}
          isDisabled={deed.isBusy}
          onChange={isOn => void deed.run(() => lumos.setLearning(isOn))}
        />
      )}
      <Problem text={deed.error} />
      {error !== undefined && (
        <Problem text={`${t(`errors.${error.code}.title`)}. ${t(`errors.${error.code}.next`)}`} />
      )}
      {reports.map(report => (
        <PolicyReport key={report.policy} report={report} place={place} change={change} />
      ))}
    </Card>
  )
}
