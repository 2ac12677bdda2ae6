import type { ModelInfo, PlaceKind } from '@lomusai/client-js'
import { Check, Download, Gauge, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { formatBytes } from '../ui/format.ts'
import { Problem } from '../ui/problem.tsx'
import { FitMark } from './fit-mark.tsx'
import { LoadMeter } from './load-meter.tsx'
import { useModelWork } from './use-model-work.ts'

export interface ModelRowProps {
  model: ModelInfo
  place: PlaceKind
  isNodeDefault: boolean
  reload(): Promise<void>
}

/** One model: what it is, how it runs here, and what can be done with it. */
export function ModelRow({ model, place, isNodeDefault, reload }: ModelRowProps) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const { modelIds } = useObservable(lumos.settings)
  const modelWork = useModelWork(place, model.modelId, reload)
  const { work } = modelWork
  const chosen = modelIds[place]
  const isChosen = chosen === undefined ? isNodeDefault : chosen === model.modelId
  return (
    <li className="py-5" data-model={model.modelId}>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h3 className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-medium">
            {model.name}
            {isChosen && (
              <span
                data-place={place}
                className="inline-flex items-center gap-1 rounded-full bg-light-tint px-2 py-0.5 text-xs font-medium text-light-ink"
              >
                <Check aria-hidden size={12} strokeWidth={2.4} />
                {t('models.chosen')}
              </span>
            )}
          </h3>
          <Facts model={model} />
          {model.notice !== undefined && <p className="mt-1.5 text-sm text-ink-soft">{model.notice}</p>}
          <FitMark fit={model.fit} />
        </div>
        <Actions
          model={model}
          place={place}
          isChosen={isChosen}
          modelWork={modelWork}
          onChoose={() => lumos.chooseModel(place, model.modelId)}
        />
      </div>
      {work.state === 'downloading' && <LoadMeter name={model.name} progress={work.progress} />}
      {work.state === 'failed' && (
        <Problem text={`${t(`errors.${work.error.code}.title`)}. ${t(`errors.${work.error.code}.next`)}`} />
      )}
    </li>
  )
}

function Facts({ model }: { model: ModelInfo }) {
  const { t, i18n } = useTranslation()
  const number = new Intl.NumberFormat(i18n.language, { notation: 'compact', maximumSignificantDigits: 3 })
  const languages = new Intl.DisplayNames(i18n.language, { type: 'language' })
  const facts = [
    model.sizeBytes !== undefined && formatBytes(model.sizeBytes, i18n.language),
    model.parameters !== undefined && t('models.parameters', { count: number.format(model.parameters) }),
    model.contextLength !== undefined && t('model.context', { count: model.contextLength }),
    t(model.supportsTools ? 'model.tools' : 'model.noTools'),
    model.languages?.map(tag => languages.of(tag)).join(', '),
    model.license,
  ].filter(fact => typeof fact === 'string')
  return <p className="mt-1 text-sm text-ink-soft">{facts.join(' · ')}</p>
}

interface ActionsProps {
  model: ModelInfo
  place: PlaceKind
  isChosen: boolean
  modelWork: ReturnType<typeof useModelWork>
  onChoose(): void
}

function Actions({ model, place, isChosen, modelWork, onChoose }: ActionsProps) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  const { work, cancel, download, measure, remove } = modelWork
  const isBusy = work.state === 'downloading' || work.state === 'measuring'
  const isHere = model.isLocal || place !== 'local'
  const isRemovable = place === 'local' && model.isLocal && model.modelId.includes('/')
  const cannotFit = model.fit?.verdict === 'does-not-fit'
  const named = (action: string) => `${action}: ${model.name}`
  return (
    <div className="flex flex-wrap gap-2">
      {isBusy && (
        <Button onClick={cancel} aria-label={named(t('action.cancel'))}>
          <X aria-hidden size={15} />
          {work.state === 'measuring' ? t('models.measuring') : t('action.cancel')}
        </Button>
      )}
      {!isBusy && !isHere && (
        <Button onClick={() => void download()} disabled={cannotFit} aria-label={named(t('models.download'))}>
          <Download aria-hidden size={15} />
          {t('models.download')}
        </Button>
      )}
      {!isBusy && isHere && (
        <Button onClick={() => void measure()} aria-label={named(t('models.measure'))}>
          <Gauge aria-hidden size={15} />
          {t('models.measure')}
        </Button>
      )}
      {!isBusy && isHere && !isChosen && (
        <Button onClick={onChoose} aria-label={named(t('models.choose'))}>
          {t('models.choose')}
        </Button>
      )}
      {!isBusy && isRemovable && (
        <Button look="quiet" onClick={() => setIsAsking(true)} aria-label={named(t('models.remove'))}>
          <Trash2 aria-hidden size={15} />
          {t('models.remove')}
        </Button>
      )}
      {isAsking && (
        <Confirm
          title={t('models.removeTitle', { model: model.name })}
          text={t('models.removeText')}
          confirmLabel={t('models.remove')}
          onConfirm={() => {
            setIsAsking(false)
            void remove()
          }}
          onClose={() => setIsAsking(false)}
        />
      )}
    </div>
  )
}
