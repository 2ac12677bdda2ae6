import { AlertDialog } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'

export interface ConfirmProps {
  title: string
  text: string
  confirmLabel: string
  error?: string
  onConfirm(): void
  onClose(): void
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, text, confirmLabel, error, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation()
  return (
    <AlertDialog.Root open onOpenChange={open => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fade-in fixed inset-0 z-40 bg-black/35 backdrop-blur-[2px]" />
        <AlertDialog.Content className="pop-in fixed inset-x-4 top-[22vh] z-50 mx-auto max-w-md rounded-2xl border border-line bg-surface p-6 shadow-lifted">
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-ink-soft">{text}</AlertDialog.Description>
          {error !== undefined && (
            <p role="alert" className="mt-3 text-sm text-danger">
              {error}
            </p>
          )}
          <div className="mt-6 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button look="quiet">{t('action.cancel')}</Button>
            </AlertDialog.Cancel>
            <Button look="danger" onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
