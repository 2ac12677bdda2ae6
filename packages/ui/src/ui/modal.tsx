import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'

export interface ModalProps {
  isOpen: boolean
  onClose(): void
  title: string
  description?: string
  children: ReactNode
}

/** A dialog in the middle of the page; focus stays inside and returns when it closes. */
export function Modal({ isOpen, onClose, title, description, children }: ModalProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={open => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fade-in fixed inset-0 z-40 bg-black/35 backdrop-blur-[2px]" />
        <Dialog.Content
          {...(description === undefined && { 'aria-describedby': undefined })}
          className="pop-in fixed inset-x-4 top-[12vh] z-50 mx-auto max-h-[80vh] max-w-md overflow-y-auto sm:top-[18vh] sm:max-h-[76vh] rounded-2xl border border-line bg-surface p-6 shadow-lifted"
        >
          <Dialog.Title className="text-lg font-semibold">{title}</Dialog.Title>
          {description !== undefined && (
            <Dialog.Description className="mt-2 text-sm text-ink-soft">{description}</Dialog.Description>
          )}
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
