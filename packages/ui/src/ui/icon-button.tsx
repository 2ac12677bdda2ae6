import type { LucideIcon } from 'lucide-react'
import { Tooltip } from 'radix-ui'
import type { ButtonHTMLAttributes } from 'react'
import { classNames } from './class-names.ts'

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: LucideIcon
  /** What it does, for those who cannot see the icon or wonder about it. */
  label: string
  /** @default 'medium' */
  size?: 'small' | 'medium'
}

export function IconButton({ icon: Icon, label, size = 'medium', className, ...rest }: IconButtonProps) {
  const button = (
    <button
      type="button"
      aria-label={label}
      className={classNames(
        'touch-target inline-flex shrink-0 items-center justify-center rounded-lg text-ink-faint',
        'transition-colors duration-150 hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-40',
        size === 'small' ? 'size-7' : 'size-9',
        className,
      )}
      {...rest}
    >
      <Icon aria-hidden size={size === 'small' ? 15 : 18} strokeWidth={1.8} />
    </button>
  )
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{button}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          className="fade-in z-50 rounded-md bg-ink px-2 py-1 text-xs text-on-ink shadow-soft"
        >
          {label}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
