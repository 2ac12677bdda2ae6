import { useId } from 'react'

export interface WordsFieldProps {
  label: string
  value: string
  onChange(words: string): void
}

/** Room for 24 words. */
export function WordsField({ label, value, onChange }: WordsFieldProps) {
  const id = useId()
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
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="mt-1.5 w-full rounded-xl border border-line-strong bg-paper px-3 py-2 font-mono text-sm"
      />
    </div>
  )
}
