import type { ModelInfo } from '@lomusai/client-js'
import { useTranslation } from 'react-i18next'
import type { Models } from './use-models.ts'

/** Below this a model is called tiny; so is one of unknown size that comes with a warning. */
const tinyBytes = 100_000_000

function isTiny({ sizeBytes, notice }: ModelInfo): boolean {
  return sizeBytes === undefined ? notice !== undefined : sizeBytes < tinyBytes
}

/** Says so when a tiny model answers, and leads to bigger ones. */
export function ModelNotice({ models }: { models: Models }) {
  const { t } = useTranslation()
  const { current } = models
  if (current === undefined || !isTiny(current)) return null
  return (
    <p className="px-2 text-center text-xs text-balance text-ink-faint">
      {t('chat.tiny', { model: current.name })}{' '}
      <button
        type="button"
        className="rounded-sm underline underline-offset-2 hover:text-ink"
        onClick={() => document.getElementById('model-picker')?.click()}
      >
        {t('chat.bigger')}
      </button>
    </p>
  )
}
