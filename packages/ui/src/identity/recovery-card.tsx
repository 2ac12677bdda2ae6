import { Download } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import type { PersonHere } from '../lumos/me.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CodeArea } from '../ui/code-area.tsx'
import { Modal } from '../ui/modal.tsx'
import { Problem } from '../ui/problem.tsx'
import { saveFile } from '../ui/save-file.ts'
import { useDeed } from './use-deed.ts'

export interface RecoveryCardProps {
  me: PersonHere
  /** Told the new words. */
  onWords(words: string): void
}

/** What brings the person back when all devices are lost: new words for old ones, and the history as a file. */
export function RecoveryCard({ me, onWords }: RecoveryCardProps) {
  const { t } = useTranslation()
  const [isRenewing, setIsRenewing] = useState(false)
  const { error, run } = useDeed()
  const save = () =>
    run(async () => {
      const log = await me.person.log()
      saveFile(`lumos-identity-${me.person.did.slice(-8)}.json`, [JSON.stringify(log)], {
        type: 'application/json',
      })
    })
  return (
    <Card title={t('identity.recovery')} hint={t('identity.recoveryHint')}>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setIsRenewing(true)}>{t('identity.newWords')}</Button>
        <Button onClick={() => void save()}>
          <Download aria-hidden size={16} />
          {t('identity.saveLog')}
        </Button>
      </div>
      <Problem text={error} />
      {isRenewing && <NewWords onWords={onWords} onClose={() => setIsRenewing(false)} />}
    </Card>
  )
}

function NewWords({ onWords, onClose }: { onWords(words: string): void; onClose(): void }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [words, setWords] = useState('')
  const { isBusy, error, run } = useDeed({
    'invalid-request': t('identity.recoverInvalid'),
    'invalid-proof': t('identity.recoverWrong'),
  })
  const renew = (event: FormEvent) => {
    event.preventDefault()
    void run(async () => {
      onWords(await lumos.changePerson(person => person.rotateRecovery({ words: words.trim() })))
    })
  }
  return (
    <Modal isOpen onClose={onClose} title={t('identity.newWords')} description={t('identity.newWordsHint')}>
      <form onSubmit={renew} className="mt-5 space-y-4">
        <CodeArea label={t('identity.oldWords')} value={words} onChange={setWords} />
        <Problem text={error} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button look="primary" type="submit" disabled={isBusy || words.trim() === ''}>
            {t('identity.newWords')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
