import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Modal } from '../ui/modal.tsx'
import { TextField } from '../ui/text-field.tsx'
import type { ThreadEntry } from './merge-threads.ts'

export function RenameThread({ entry, onClose }: { entry: ThreadEntry; onClose(): void }) {
  const { t } = useTranslation()
  const { threads } = useApp()
  const [title, setTitle] = useState(entry.title ?? '')
  const [hasFailed, setHasFailed] = useState(false)
  const rename = (event: FormEvent) => {
    event.preventDefault()
    threads.rename(entry.threadId, title.trim()).then(onClose, () => setHasFailed(true))
  }
  return (
    <Modal isOpen onClose={onClose} title={t('thread.renameTitle')}>
      <form onSubmit={rename} className="mt-4">
        <TextField
          label={t('thread.name')}
          value={title}
          onChange={setTitle}
          maxLength={200}
          {...(hasFailed && { error: t('errors.storage-failed.title') })}
        />
        <div className="mt-6 flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button look="primary" type="submit" disabled={title.trim() === ''}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
