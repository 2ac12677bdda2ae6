import { useTranslation } from 'react-i18next'

/** Six digits to compare, in two groups; heard one by one. */
export function PairingCode({ code }: { code: string }) {
  const { t } = useTranslation()
  return (
    <p role="status" className="rounded-xl bg-sunken py-4 text-center font-mono text-3xl tracking-[0.2em]">
      <span className="sr-only">{t('identity.codeIs', { code: [...code].join(' ') })}</span>
      <span aria-hidden data-testid="pairing-code">
        {code.slice(0, 3)} {code.slice(3)}
      </span>
    </p>
  )
}
