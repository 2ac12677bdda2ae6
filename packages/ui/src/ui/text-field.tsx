import { useId } from 'react'
import { classNames } from './class-names.ts'

export interface TextFieldProps {
  label: string
  value: string
  onChange(value: string): void
  hint?: string
  error?: string
  placeholder?: string
  maxLength?: number
  /** Letters of equal width, for addresses. */
  isCode?: boolean
}

export function TextField({ label, value, onChange, hint, error, isCode, ...rest }: TextFieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const note = error ?? hint
  return (
    <div className="min-w-0 flex-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        value={value}
        onChange={event => onChange(event.target.value)}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : noteId}
        autoComplete="off"
        spellCheck={!isCode}
        className={classNames(
          'mt-1.5 h-10 w-full rounded-xl border bg-paper px-3 text-sm placeholder:text-ink-faint',
          error === undefined ? 'border-line-strong' : 'border-danger',
          isCode && 'font-mono text-[0.82rem]',
        )}
        {...rest}
      />
      {note !== undefined && (
        <p
          id={noteId}
          role={error === undefined ? undefined : 'alert'}
          className={classNames('mt-1.5 text-sm', error === undefined ? 'text-ink-faint' : 'text-danger')}
        >
          {note}
        </p>
      )}
    </div>
  )
}
