import type { ButtonHTMLAttributes } from 'react'
import { classNames } from './class-names.ts'

const looks = {
  primary: 'bg-ink text-on-ink hover:opacity-88',
  outline: 'border border-line bg-surface text-ink hover:bg-sunken',
  quiet: 'text-ink-soft hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-paper hover:opacity-88',
} as const

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** @default 'outline' */
  look?: keyof typeof looks
}

export function Button({ look = 'outline', className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classNames(
        'inline-flex min-h-9 items-center justify-center gap-2 rounded-full px-4 text-sm font-medium',
        'transition-[background-color,opacity,color] duration-150 disabled:pointer-events-none disabled:opacity-45',
        looks[look],
        className,
      )}
      {...rest}
    />
  )
}
