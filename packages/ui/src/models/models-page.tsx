import { useTranslation } from 'react-i18next'
import { useResolvedPlace } from '../chat/use-resolved-place.ts'
import { LearningCard } from '../learning/learning-card.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { DeviceCard } from './device-card.tsx'
import { ModelRow } from './model-row.tsx'
import { useModelList } from './use-model-list.ts'

/** The models of the chosen place: which run there, how fast, and which answers when none is named. */
export default function ModelsPage() {
  const { t } = useTranslation()
  const place = useResolvedPlace()
  const { list, reload } = useModelList(place)
  return (
    <Page title={t('models.title')} intro={t(`models.intro.${place}`)}>
      {place === 'local' && <DeviceCard models={list} />}
      {list.state === 'loading' && (
        <p role="status" className="text-sm text-ink-faint">
          {t('app.loading')}
        </p>
      )}
      {list.state === 'failed' && (
        <Notice tone="danger" actions={<Button onClick={() => void reload()}>{t('action.retry')}</Button>}>
          {t(`errors.${list.error.code}.title`)}. {t(`errors.${list.error.code}.next`)}
        </Notice>
      )}
      {list.state === 'ready' && (
        <Card title={t('models.all')} hint={t('models.hint')}>
          <ul className="-my-5 divide-y divide-line">
            {list.models.map(model => (
              <ModelRow
                key={model.modelId}
                model={model}
                place={place}
                isNodeDefault={model.modelId === list.defaultModelId}
                reload={reload}
              />
            ))}
          </ul>
        </Card>
      )}
      <LearningCard place={place} />
    </Page>
  )
}
