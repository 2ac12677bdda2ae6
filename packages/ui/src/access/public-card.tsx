import type { Command } from '@lomusai/client-js'
import { useTranslation } from 'react-i18next'
import { Card } from '../ui/card.tsx'
import { CommandList } from './command-list.tsx'

/** What needs no permission. */
export function PublicCard({ commands }: { commands: readonly Command[] }) {
  const { t } = useTranslation()
  return (
    <Card title={t('access.publicTitle')} hint={t('access.publicHint')}>
      {commands.length === 0 ? (
        <p className="text-sm text-ink-soft">{t('access.publicNone')}</p>
      ) : (
        <CommandList commands={commands} />
      )}
    </Card>
  )
}
