import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { Problem } from '../ui/problem.tsx'
import { TextField } from '../ui/text-field.tsx'
import { twoPlaces } from './two-places.ts'

export interface WordsCardProps {
  did: string
  /** 24, with spaces between. Shown here and kept nowhere. */
  words: string
  onKept(): void
}

/** The words that recover a person, once; goes on when two of them were typed from paper. */
export function WordsCard({ did, words, onKept }: WordsCardProps) {
  const { t } = useTranslation()
  const [isChecking, setIsChecking] = useState(false)
  return (
    <Card
      title={t(isChecking ? 'identity.checkTitle' : 'identity.wordsTitle')}
      hint={t(isChecking ? 'identity.checkHint' : 'identity.wordsHint')}
    >
      {isChecking ? (
        <WordsCheck words={words.split(' ')} onBack={() => setIsChecking(false)} onKept={onKept} />
      ) : (
        <>
          <ol
            aria-label={t('identity.words')}
            className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-xl bg-sunken p-4 sm:grid-cols-4"
          >
            {words.split(' ').map((word, index) => (
              <li key={index} className="flex items-baseline gap-2 py-1">
                <span aria-hidden className="w-6 text-right text-xs text-ink-faint tabular-nums">
                  {index + 1}
                </span>
                <span className="font-mono text-sm">{word}</span>
              </li>
            ))}
          </ol>
          <div className="mt-4">
            <p className="text-xs text-ink-faint">{t('identity.nameToo')}</p>
            <Copyable name={t('identity.name')} value={did} />
          </div>
          <Button look="primary" className="mt-5 h-10" onClick={() => setIsChecking(true)}>
            {t('identity.wroteDown')}
          </Button>
        </>
      )}
    </Card>
  )
}

interface WordsCheckProps {
  words: string[]
  onBack(): void
  onKept(): void
}

function WordsCheck({ words, onBack, onKept }: WordsCheckProps) {
  const { t } = useTranslation()
  const [places] = useState(() => twoPlaces(words.length))
  const [typed, setTyped] = useState(['', ''])
  const [isWrong, setIsWrong] = useState(false)
  const check = (event: FormEvent) => {
    event.preventDefault()
    const isRight = places.every((place, index) => typed[index]?.trim().toLowerCase() === words[place])
    setIsWrong(!isRight)
    if (isRight) onKept()
  }
  return (
    <form onSubmit={check} className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-2">
        {places.map((place, index) => (
          <TextField
            key={place}
            label={t('identity.wordAt', { place: place + 1 })}
            value={typed[index] ?? ''}
            onChange={word => setTyped(typed.with(index, word))}
            isCode
          />
        ))}
      </div>
      <Problem text={isWrong ? t('identity.wordsWrong') : undefined} />
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit" className="h-10">
          {t('action.continue')}
        </Button>
        <Button look="quiet" onClick={onBack} className="h-10">
          {t('identity.showAgain')}
        </Button>
      </div>
    </form>
  )
}
