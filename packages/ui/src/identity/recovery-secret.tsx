import { openShare, type RecoverPersonOptions } from '@lomusai/client-js/identity'
import { LifeBuoy, UsersRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Lumos } from '../lumos/lumos.ts'
import { CodeArea } from '../ui/code-area.tsx'
import { Segments } from '../ui/segments.tsx'
import { GuardianKey } from './guardian-key.tsx'
import { tokensIn } from './tokens-in.ts'

/** What brings somebody back, as far as it was typed. */
export interface RecoverySecret {
  by: 'words' | 'guardians'
  words: string
  shares: string
}

export const noSecret: RecoverySecret = { by: 'words', words: '', shares: '' }

export function isComplete({ by, words, shares }: RecoverySecret): boolean {
  return by === 'words' ? words.trim() !== '' : tokensIn(shares, 'lumos-sealed-share/1').length >= 2
}

/** What `recoverPerson` takes. Shares are opened by the key that the guardians sealed them for. */
export async function secretFor(
  lumos: Lumos,
  { by, words, shares }: RecoverySecret,
): Promise<Pick<RecoverPersonOptions, 'words' | 'shares'>> {
  if (by === 'words') return { words: words.trim() }
  const identity = await lumos.identity()
  const sealed = tokensIn(shares, 'lumos-sealed-share/1')
  return { shares: await Promise.all(sealed.map(share => openShare(share, identity))) }
}

export interface RecoverySecretFieldsProps {
  secret: RecoverySecret
  onChange(secret: RecoverySecret): void
}

/** 24 words, or what guardians passed on. */
export function RecoverySecretFields({ secret, onChange }: RecoverySecretFieldsProps) {
  const { t } = useTranslation()
  const count = tokensIn(secret.shares, 'lumos-sealed-share/1').length
  return (
    <>
      <Segments
        label={t('identity.recoverBy')}
        value={secret.by}
        onChange={by => onChange({ ...secret, by })}
        options={[
          { value: 'words', text: t('identity.byWords'), icon: LifeBuoy },
          { value: 'guardians', text: t('identity.byGuardians'), icon: UsersRound },
        ]}
      />
      {secret.by === 'words' ? (
        <CodeArea
          label={t('identity.words')}
          value={secret.words}
          onChange={words => onChange({ ...secret, words })}
        />
      ) : (
        <>
          <GuardianKey hint={t('identity.askGuardians')} />
          <CodeArea
            label={t('identity.passedShares')}
            hint={t('identity.shareCount', { count })}
            value={secret.shares}
            onChange={shares => onChange({ ...secret, shares })}
            placeholder="lumos-sealed-share/1:…"
          />
        </>
      )}
    </>
  )
}
