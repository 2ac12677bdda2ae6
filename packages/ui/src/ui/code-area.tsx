import { useId } from 'react'

export interface CodeAreaProps {
  label: string
  value: string
  onChange(value: string): void
  hint?: string
  placeholder?: string
}

/** Room for words or long codes, which nobody spells or capitalises for the person. */
export function CodeArea({ label, value, onChange, hint, placeholder }: CodeAreaProps) {
  const id = useId()
  const hintId = `${id}-hint`
  return (
    <div>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={3}
        value={value}
        onChange={event => onChange(event.target.value)}
        placeholder={placeholder}
        aria-describedby={hint === undefined ? undefined : hintId}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="mt-1.5 w-full rounded-xl border border-line-strong bg-paper px-3 py-2 font-mono text-sm break-all placeholder:text-ink-faint"
      />
      {hint !== undefined && (
        <p id={hintId} className="mt-1 text-sm text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  )
}
