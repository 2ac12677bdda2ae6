import { Switch as Base } from 'radix-ui'
import { useId } from 'react'

export interface SwitchProps {
  label: string
  hint: string
  isOn: boolean
  isDisabled?: boolean
  onChange(isOn: boolean): void
}

/** Something that is on or off, and what that means. */
export function Switch({ label, hint, isOn, isDisabled = false, onChange }: SwitchProps) {
  const id = useId()
  const hintId = useId()
  return (
    <div className="flex items-start justify-between gap-6">
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        <p id={hintId} className="mt-0.5 max-w-prose text-sm text-ink-faint">
          {hint}
        </p>
      </div>
      <Base.Root
        id={id}
        checked={isOn}
        disabled={isDisabled}
        onCheckedChange={onChange}
        aria-describedby={hintId}
        className="touch-target relative mt-0.5 h-6 w-10 shrink-0 rounded-full border border-line bg-inset transition-colors disabled:opacity-45 data-[state=checked]:border-transparent data-[state=checked]:bg-ink"
      >
        <Base.Thumb className="block size-4.5 translate-x-0.5 rounded-full bg-ink-faint transition-transform data-[state=checked]:translate-x-4.5 data-[state=checked]:bg-on-ink" />
      </Base.Root>
    </div>
  )
}
