import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { CodeBlock } from './code-block.tsx'

const plugins = [remarkGfm]

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  pre: CodeBlock,
  img: ({ src, alt }) => <ImageLink src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />,
  table: ({ children }) => (
    <div className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
}

/** Markdown as elements. Raw HTML stays text, unsafe addresses are dropped, images load only when followed. */
function Markdown({ text }: { text: string }) {
  return (
    <div className="prose">
      <ReactMarkdown remarkPlugins={plugins} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  )
}

export default memo(Markdown)

/** A model's picture could tell its server who reads, so it is shown as a link. */
function ImageLink({ src, alt }: { src: string; alt: string }) {
  const { t } = useTranslation()
  return (
    <a href={src} target="_blank" rel="noopener noreferrer nofollow">
      {t('chat.image', { alt })}
    </a>
  )
}
