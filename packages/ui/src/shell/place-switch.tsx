import { RadioGroup, Tooltip } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import type { PlaceState } from '../lumos/place.ts'
import { useObservable } from '../observable.ts'
import type { PlaceChoice } from '../settings/settings.ts'
import { classNames } from '../ui/class-names.ts'
import { PlaceIcon } from './place-icon.tsx'
import { usePlaceState } from './use-place-state.ts'

const choices: PlaceChoice[] = ['auto', 'local', 'cloud', 'peer']

/** Chooses where to answer, and shows how each place stands. */
export function PlaceSwitch() {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const { place } = useObservable(lumos.settings)
  const choose = (choice: string) => {
    lumos.settings.update(settings => ({ ...settings, place: choice as PlaceChoice }))
    if (choice !== 'auto' && lumos.places[choice as 'local'].status.get().state !== 'not-set-up') {
      void lumos.places[choice as 'local'].check()
    }
  }
  return (
    <RadioGroup.Root
      value={place}
      onValueChange={choose}
      aria-label={t('place.label')}
      className="flex items-center gap-0.5 rounded-full bg-sunken p-1"
    >
      {choices.map(choice => (
        <PlaceOption key={choice} choice={choice} isChosen={choice === place} />
      ))}
    </RadioGroup.Root>
  )
}

function PlaceOption({ choice, isChosen }: { choice: PlaceChoice; isChosen: boolean }) {
  const { t } = useTranslation()
  const state = usePlaceState(choice)
  const name = t(`place.${choice}`)
  const stateText = state === undefined ? '' : t(`place.state.${state}`)
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <RadioGroup.Item
          value={choice}
          data-place={choice}
          aria-label={stateText === '' ? name : `${name}: ${stateText}`}
          className={classNames(
            'touch-target relative flex h-8 items-center gap-1.5 rounded-full px-2.5 text-sm transition-colors duration-200',
            isChosen ? 'bg-surface text-ink shadow-soft' : 'text-ink-faint hover:text-ink',
          )}
        >
          <span className="relative">
            <PlaceIcon place={choice} size={16} strokeWidth={1.9} />
            {state !== undefined && <StateDot state={state} />}
          </span>
          <span className={classNames('font-medium', !isChosen && 'max-lg:hidden')}>{name}</span>
        </RadioGroup.Item>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={8}
          className="fade-in z-50 max-w-64 rounded-lg bg-ink px-3 py-2 text-xs text-on-ink shadow-soft"
        >
          <p className="font-medium">{stateText === '' ? name : `${name} — ${stateText}`}</p>
          <p className="mt-0.5 opacity-80">{t(`place.${choice}Hint`)}</p>
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

const dotLooks: Record<PlaceState, string> = {
  ready: 'bg-light',
  connecting: 'bg-light breathe',
  idle: 'bg-surface border border-ink-faint',
  'not-set-up': 'bg-surface border border-ink-faint',
  unreachable: 'bg-danger',
  failed: 'bg-danger',
}

export function StateDot({ state }: { state: PlaceState }) {
  return (
    <span
      aria-hidden
      className={classNames(
        'absolute -right-1 -bottom-0.5 size-2 rounded-full ring-2 ring-sunken',
        dotLooks[state],
      )}
    />
  )
}
