import type { Command } from '@lomusai/client-js'
import { useTranslation } from 'react-i18next'
import { knownCommand } from './command-text.ts'

/** Commands in words; the command itself where there are none. Commands with the same words appear once. */
export function CommandList({ commands }: { commands: readonly Command[] }) {
  const { t } = useTranslation()
  const texts = commands.map(command => {
    const name = knownCommand(command)
    return name === undefined ? command : t(`access.command.${name}`)
  })
  return (
    <ul className="flex flex-wrap gap-2">
      {[...new Set(texts)].map(text => (
        <li key={text} className="rounded-full bg-sunken px-3 py-1 text-sm text-ink-soft">
          {text}
        </li>
      ))}
    </ul>
  )
}
