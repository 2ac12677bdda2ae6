import { type SealedShare, splitRecovery } from '@lomusai/client-js/identity'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { CodeArea } from '../ui/code-area.tsx'
import { Modal } from '../ui/modal.tsx'
import { Problem } from '../ui/problem.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { SealedShares } from './sealed-shares.tsx'
import { tokensIn } from './tokens-in.ts'
import { useDeed } from './use-deed.ts'

/** Splits the words among guardians: a share for each, which only they can open. */
export function ChooseGuardians({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const [keys, setKeys] = useState('')
  const [wanted, setWanted] = useState('2')
  const [words, setWords] = useState('')
  const [shares, setShares] = useState<SealedShare[]>()
  const { isBusy, error, run } = useDeed({
    'invalid-request': t('identity.splitInvalid'),
    'invalid-proof': t('identity.guardianKeyWrong'),
  })
  const guardians = tokensIn(keys, 'lumos-guardian/1')
  const choices = Array.from({ length: Math.max(1, guardians.length - 1) }, (_, index) => `${index + 2}`)
  const threshold = choices.includes(wanted) ? wanted : '2'
  const split = (event: FormEvent) => {
    event.preventDefault()
    void run(async () => {
      setShares(await splitRecovery(words.trim(), { guardians, threshold: Number(threshold) }))
      setWords('')
    })
  }
  return (
    <Modal
      isOpen
      onClose={onClose}
      title={t('identity.chooseGuardians')}
      description={t(shares === undefined ? 'identity.chooseHint' : 'identity.sharesHint')}
    >
      {shares !== undefined ? (
        <SealedShares shares={shares} onClose={onClose} />
      ) : (
        <form onSubmit={split} className="mt-5 space-y-4">
          <CodeArea
            label={t('identity.guardianKeys')}
            hint={t('identity.guardianCount', { count: guardians.length })}
            value={keys}
            onChange={setKeys}
            placeholder="lumos-guardian/1:…"
          />
          <SelectField
            label={t('identity.threshold')}
            value={threshold}
            onChange={setWanted}
            options={choices.map(count => ({ value: count, text: count }))}
          />
          <CodeArea label={t('identity.oldWords')} value={words} onChange={setWords} />
          <Problem text={error} />
          <div className="flex justify-end gap-2">
            <Button look="quiet" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button
              look="primary"
              type="submit"
              disabled={isBusy || words.trim() === '' || guardians.length < 2}
            >
              {t('identity.split')}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  )
}
