import { Children, type HTMLAttributes, isValidElement } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/copy-button.tsx'

/** A block of code with its language and a copy button; takes the place of `pre` in markdown. */
export function CodeBlock({ children }: HTMLAttributes<HTMLPreElement>) {
  const { t } = useTranslation()
  const code = Children.toArray(children).find(child => isValidElement<HTMLAttributes<HTMLElement>>(child))
  const { className = '', children: content } = isValidElement<HTMLAttributes<HTMLElement>>(code)
    ? code.props
    : {}
  const language = /language-(\S+)/.exec(className)?.[1] ?? t('chat.code')
  const text = String(content ?? '').replace(/\n$/, '')
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-sunken">
      <div className="flex items-center justify-between py-1 pr-1.5 pl-4 text-xs text-ink-faint">
        <span>{language}</span>
        <CopyButton text={text} label={t('chat.copyCode')} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto px-4 pb-4 font-mono text-[0.85rem] leading-relaxed">
        <code>{text}</code>
      </pre>
    </div>
  )
}
