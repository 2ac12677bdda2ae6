import { HandHelping, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ChooseGuardians } from './choose-guardians.tsx'
import { GuardianKey } from './guardian-key.tsx'
import { PassShareOn } from './pass-share-on.tsx'

/** Friends who can bring the person back together, and what the person can do for friends. */
export function GuardiansCard() {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'choose' | 'help'>()
  const close = () => setOpen(undefined)
  return (
    <Card title={t('identity.guardians')} hint={t('identity.guardiansHint')}>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen('choose')}>
          <UsersRound aria-hidden size={16} />
          {t('identity.chooseGuardians')}
        </Button>
        <Button onClick={() => setOpen('help')}>
          <HandHelping aria-hidden size={16} />
          {t('identity.helpFriend')}
        </Button>
      </div>
      <div className="mt-5 border-t border-line pt-5">
        <GuardianKey hint={t('identity.guardianKeyHint')} />
      </div>
      {open === 'choose' && <ChooseGuardians onClose={close} />}
      {open === 'help' && <PassShareOn onClose={close} />}
    </Card>
  )
}
