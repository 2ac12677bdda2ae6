import { Download, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { Segments } from '../ui/segments.tsx'
import { AuditRow } from './audit-row.tsx'
import { TrustNote } from './trust-note.tsx'
import { type Audit, type AuditState, useAudit } from './use-audit.ts'
import { useExport } from './use-export.ts'

/** Who used what on the server, under which permission, and the proof that nobody changed it since. */
export default function AuditPage() {
  const { t } = useTranslation()
  const { audit, reload, loadOlder } = useAudit()
  return (
    <Page title={t('audit.title')} intro={t('audit.intro')}>
      {audit.state === 'loading' && (
        <p role="status" className="text-sm text-ink-faint">
          {t('app.loading')}
        </p>
      )}
      {audit.state === 'failed' && (
        <Notice tone="danger" actions={<Button onClick={() => void reload()}>{t('action.retry')}</Button>}>
          {t(`errors.${audit.error.code}.title`)}. {t(`errors.${audit.error.code}.next`)}
        </Notice>
      )}
      {audit.state === 'guest' && (
        <Notice
          actions={
            <Link to="/access" className="font-medium underline underline-offset-4">
              {t('audit.toAccess')}
            </Link>
          }
        >
          {t('audit.guest')}
        </Notice>
      )}
      {audit.state === 'open' && <Trail audit={audit} reload={reload} loadOlder={loadOlder} />}
    </Page>
  )
}

interface TrailProps extends Omit<Audit, 'audit'> {
  audit: Extract<AuditState, { state: 'open' }>
}

function Trail({ audit: { entries, head, trust }, reload, loadOlder }: TrailProps) {
  const { t } = useTranslation()
  const [filter, setFilter] = useState<'all' | 'refused'>('all')
  const { isExporting, exportLog } = useExport()
  const shown = entries.filter(({ outcome }) => filter === 'all' || outcome !== 'admitted')
  const oldest = entries.at(-1)?.index ?? 0
  return (
    <>
      <TrustNote head={head} trust={trust} />
      <Card
        title={t('audit.trail')}
        aside={
          <div className="flex gap-2">
            <Button onClick={() => void reload()}>
              <RefreshCw aria-hidden size={15} />
              {t('action.refresh')}
            </Button>
            <Button disabled={isExporting} onClick={() => void exportLog()}>
              <Download aria-hidden size={15} />
              {t('audit.export')}
            </Button>
          </div>
        }
      >
        <Segments<'all' | 'refused'>
          label={t('audit.show')}
          value={filter}
          onChange={setFilter}
          options={[
            { value: 'all', text: t('audit.all') },
            { value: 'refused', text: t('audit.refused') },
          ]}
        />
        <ul className="mt-4 divide-y divide-line">
          {shown.map(entry => (
            <AuditRow key={entry.index} entry={entry} head={head} />
          ))}
        </ul>
        {shown.length === 0 && <p className="text-sm text-ink-faint">{t('audit.none')}</p>}
        {oldest > 0 && (
          <Button look="quiet" className="mt-3 -ml-3" onClick={() => void loadOlder()}>
            {t('audit.older', { count: oldest })}
          </Button>
        )}
      </Card>
    </>
  )
}
