import { passShareOn, type SealedShare } from '@lomusai/client-js/identity'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { CodeArea } from '../ui/code-area.tsx'
import { Modal } from '../ui/modal.tsx'
import { Problem } from '../ui/problem.tsx'
import { SealedShares } from './sealed-shares.tsx'
import { useDeed } from './use-deed.ts'

/** What a guardian does for a friend who lost everything: seals the friend's share for where they are now. */
export function PassShareOn({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [share, setShare] = useState('')
  const [recipient, setRecipient] = useState('')
  const [passed, setPassed] = useState<SealedShare>()
  const { isBusy, error, run } = useDeed({
    'invalid-request': t('identity.passInvalid'),
    'invalid-proof': t('identity.passWrong'),
  })
  const pass = (event: FormEvent) => {
    event.preventDefault()
    void run(async () => setPassed(await passShareOn(share, await lumos.identity(), recipient)))
  }
  const isComplete = share.trim() !== '' && recipient.trim() !== ''
  return (
    <Modal
      isOpen
      onClose={onClose}
      title={t('identity.helpFriend')}
      description={t(passed === undefined ? 'identity.helpHint' : 'identity.passedHint')}
    >
      {passed !== undefined ? (
        <SealedShares shares={[passed]} onClose={onClose} />
      ) : (
        <form onSubmit={pass} className="mt-5 space-y-4">
          <CodeArea
            label={t('identity.heldShare')}
            value={share}
            onChange={setShare}
            placeholder="lumos-sealed-share/1:…"
          />
          <CodeArea
            label={t('identity.friendKey')}
            value={recipient}
            onChange={setRecipient}
            placeholder="lumos-guardian/1:…"
          />
          <Problem text={error} />
          <div className="flex justify-end gap-2">
            <Button look="quiet" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button look="primary" type="submit" disabled={isBusy || !isComplete}>
              {t('identity.passOn')}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  )
}
