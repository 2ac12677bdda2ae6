import type { ModelId, ModelInfo, PlaceKind } from '@lomusai/client-js'
import { Box, Check, ChevronDown } from 'lucide-react'
import { Popover, RadioGroup } from 'radix-ui'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { formatBytes } from '../ui/format.ts'
import type { Models } from './use-models.ts'

export interface ModelPickerProps {
  place: PlaceKind
  models: Models
}

/** Shows the model that answers next, and lets the person choose another of the same place. */
export function ModelPicker({ place, models }: ModelPickerProps) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const name = models.current?.name ?? t('model.label')
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger
        id="model-picker"
        aria-label={`${t('model.choose')}: ${name}`}
        className="touch-target flex h-9 min-w-0 items-center gap-2 rounded-full px-3 text-sm text-ink-soft transition-colors hover:bg-hover hover:text-ink"
      >
        <Box aria-hidden size={15} strokeWidth={1.8} className="shrink-0" />
        <span className="truncate">{name}</span>
        <ChevronDown aria-hidden size={14} className="shrink-0" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          sideOffset={10}
          collisionPadding={12}
          aria-label={t('model.choose')}
          className="pop-in z-50 max-h-[min(28rem,70vh)] w-[min(25rem,calc(100vw-1.5rem))] overflow-y-auto rounded-2xl border border-line bg-surface p-2 shadow-lifted"
        >
          <ModelChoices place={place} models={models} onChosen={() => setIsOpen(false)} />
          <p className="border-t border-line px-3 pt-3 pb-2 text-xs text-ink-faint">{t('model.bigger')}</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function ModelChoices({ place, models, onChosen }: ModelPickerProps & { onChosen(): void }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  if (models.state === 'failed') return <p className="p-3 text-sm text-danger">{t('model.failed')}</p>
  if (models.state === 'waiting') return <p className="p-3 text-sm text-ink-faint">{t('app.loading')}</p>
  if (models.models.length === 0) return <p className="p-3 text-sm text-ink-faint">{t('model.none')}</p>
  const choose = (modelId: string) => {
    lumos.chooseModel(place, modelId === models.defaultModelId ? undefined : (modelId as ModelId))
    onChosen()
  }
  return (
    <RadioGroup.Root
      value={models.current?.modelId ?? ''}
      onValueChange={choose}
      aria-label={t('model.label')}
      className="pb-2"
    >
      {models.models.map(model => (
        <ModelChoice
          key={model.modelId}
          model={model}
          place={place}
          isDefault={model.modelId === models.defaultModelId}
        />
      ))}
    </RadioGroup.Root>
  )
}

function ModelChoice(props: { model: ModelInfo; place: PlaceKind; isDefault: boolean }) {
  const { t } = useTranslation()
  const { model, place, isDefault } = props
  const facts = useModelFacts(model, place)
  return (
    <RadioGroup.Item
      value={model.modelId}
      className="flex w-full items-start gap-3 rounded-xl px-3 py-2.5 text-left text-sm transition-colors hover:bg-hover"
    >
      <span className="min-w-0 flex-1">
        <span className="font-medium">{model.name}</span>
        {isDefault && <span className="ml-2 text-xs text-ink-faint">{t('model.default')}</span>}
        <span className="mt-0.5 block text-xs text-ink-faint">{facts.join(' · ')}</span>
        {model.notice !== undefined && (
          <span className="mt-1 block text-xs text-ink-soft">{model.notice}</span>
        )}
      </span>
      <RadioGroup.Indicator>
        <Check aria-hidden size={16} className="mt-0.5" />
      </RadioGroup.Indicator>
    </RadioGroup.Item>
  )
}

function useModelFacts(model: ModelInfo, place: PlaceKind): string[] {
  const { t, i18n } = useTranslation()
  const size = model.sizeBytes === undefined ? undefined : formatBytes(model.sizeBytes, i18n.language)
  const facts: string[] = []
  if (model.engine === 'openai-compatible') facts.push(t('model.remote'))
  else if (!model.isLocal) facts.push(size === undefined ? t('model.remote') : t('model.download', { size }))
  else {
    if (size !== undefined) facts.push(size)
    facts.push(place === 'local' ? t('model.onDevice') : t('model.onNode'))
  }
  if (model.license !== undefined) facts.push(model.license)
  facts.push(model.supportsTools ? t('model.tools') : t('model.noTools'))
  if (model.contextLength !== undefined) facts.push(t('model.context', { count: model.contextLength }))
  return facts
}
