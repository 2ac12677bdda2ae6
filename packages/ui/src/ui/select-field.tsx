import { ChevronDown } from 'lucide-react'
import { useId } from 'react'

export interface SelectFieldProps<T extends string> {
  label: string
  value: T
  onChange(value: T): void
  options: { value: T; text: string }[]
  hint?: string
}

/** One of several, by the platform's own list. */
export function SelectField<T extends string>({
  label,
  value,
  onChange,
  options,
  hint,
}: SelectFieldProps<T>) {
  const id = useId()
  const hintId = `${id}-hint`
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="relative mt-1.5">
        <select
          id={id}
          value={value}
          onChange={event => onChange(event.target.value as T)}
          aria-describedby={hint === undefined ? undefined : hintId}
          className="h-10 w-full appearance-none rounded-xl border border-line-strong bg-paper pr-9 pl-3 text-sm"
        >
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden
          size={16}
          className="pointer-events-none absolute top-3 right-3 text-ink-faint"
        />
      </div>
      {hint !== undefined && (
        <p id={hintId} className="mt-1.5 text-sm text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  )
}
