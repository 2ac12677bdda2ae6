import type { Grant } from '@lomusai/client-js'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate } from 'react-router'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { GivePermission } from './give-permission.tsx'
import { GrantRow } from './grant-row.tsx'
import { groupGrants, isActive } from './group-grants.ts'
import type { Access } from './use-access.ts'

/** What was given to whom. A link that asks for permission opens the question at once. */
export function GrantsCard({ grants, change }: { grants: Grant[] } & Pick<Access, 'change'>) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { hash } = useLocation()
  const asking = new URLSearchParams(hash.slice(1)).get('ask') ?? undefined
  const [isGiving, setIsGiving] = useState(false)
  const [areAllShown, setAreAllShown] = useState(false)
  const now = Date.now()
  const groups = groupGrants(grants)
  const active = groups.filter(group => isActive(group, now))
  const ended = groups.filter(group => !isActive(group, now))
  const close = () => {
    setIsGiving(false)
    if (asking !== undefined) void navigate('/access', { replace: true })
  }
  return (
    <Card
      title={t('access.grantsTitle')}
      hint={t('access.grantsHint')}
      aside={
        <Button look="primary" onClick={() => setIsGiving(true)}>
          <UserPlus aria-hidden size={16} />
          {t('access.give')}
        </Button>
      }
    >
      <ul className="divide-y divide-line">
        {(areAllShown ? [...active, ...ended] : active).map(group => (
          <GrantRow key={group.cid} group={group} change={change} />
        ))}
      </ul>
      {active.length === 0 && !areAllShown && (
        <p className="text-sm text-ink-faint">{t('access.grantsNone')}</p>
      )}
      {ended.length > 0 && (
        <Button
          look="quiet"
          className="mt-3 -ml-3"
          aria-expanded={areAllShown}
          onClick={() => setAreAllShown(!areAllShown)}
        >
          {areAllShown ? t('access.hideEnded') : t('access.showEnded', { count: ended.length })}
        </Button>
      )}
      {(isGiving || asking !== undefined) && (
        <GivePermission
          key={asking}
          {...(asking !== undefined && { audience: asking })}
          change={change}
          onClose={close}
        />
      )}
    </Card>
  )
}
