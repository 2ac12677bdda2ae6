import type { PlaceKind, RunId } from '@lomusai/client-js'
import { ThumbsDown, ThumbsUp } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { useAttempt } from '../chat/use-attempt.ts'
import { useObservable } from '../observable.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Problem } from '../ui/problem.tsx'

const ratings = [
  { rating: 1, icon: ThumbsUp, text: 'learning.good' },
  { rating: 0, icon: ThumbsDown, text: 'learning.bad' },
] as const

/** Lets the person say how an answer was, where a node learns from it; the last word counts. */
export function Rating({ runId, place }: { runId: RunId; place: PlaceKind }) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const learns = useObservable(lumos.learns)
  const { error, attempt } = useAttempt()
  const [said, setSaid] = useState<number>()
  if (learns[place] !== true) return null
  const rate = async (rating: number) => {
    const client = await lumos.client(place)
    await client.feedback({ runId, rating })
    setSaid(rating)
  }
  return (
    <>
      {ratings.map(({ rating, icon, text }) => (
        <IconButton
          key={rating}
          size="small"
          icon={icon}
          label={t(text)}
          aria-pressed={said === rating}
          className="aria-pressed:bg-light-tint aria-pressed:text-light-ink"
          onClick={() => attempt(() => rate(rating))}
        />
      ))}
      <span role="status" className="sr-only">
        {said !== undefined && t('learning.thanks')}
      </span>
      <Problem text={error} />
    </>
  )
}
