import type { LucideIcon } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { useId } from 'react'

export interface SegmentsProps<T extends string> {
  label: string
  value: T
  onChange(value: T): void
  options: { value: T; text: string; icon?: LucideIcon; lang?: string }[]
}

/** One of a few, side by side. */
export function Segments<T extends string>({ label, value, onChange, options }: SegmentsProps<T>) {
  const labelId = useId()
  return (
    <div>
      <p id={labelId} className="text-sm font-medium">
        {label}
      </p>
      <RadioGroup.Root
        value={value}
        onValueChange={chosen => onChange(chosen as T)}
        aria-labelledby={labelId}
        className="mt-2 inline-flex gap-0.5 rounded-full bg-inset p-1"
      >
        {options.map(({ value, text, icon: Icon, lang }) => (
          <RadioGroup.Item
            key={value}
            value={value}
            lang={lang}
            className="touch-target flex h-8 items-center gap-2 rounded-full px-3 whitespace-nowrap sm:px-3.5 text-sm font-medium text-ink-faint transition-colors hover:text-ink data-[state=checked]:bg-paper data-[state=checked]:text-ink data-[state=checked]:shadow-soft"
          >
            {Icon !== undefined && <Icon aria-hidden size={15} strokeWidth={1.9} />}
            {text}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  )
}
