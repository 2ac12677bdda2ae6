import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApp } from '../app-context.ts'
import { describeError } from '../lumos/describe-error.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Copyable } from '../ui/copyable.tsx'
import { Notice } from '../ui/notice.tsx'
import { Problem } from '../ui/problem.tsx'
import { TextField } from '../ui/text-field.tsx'
import type { Access } from './use-access.ts'

/** Keys for programs that speak OpenAI's API. A key is shown once; its permission is listed above like any other. */
export function ApiKeysCard({ change }: Pick<Access, 'change'>) {
  const { t } = useTranslation()
  const { lumos } = useApp()
  const [label, setLabel] = useState('')
  const [key, setKey] = useState<string>()
  const [error, setError] = useState<string>()
  const create = async (event: FormEvent) => {
    event.preventDefault()
    setError(undefined)
    try {
      const created = await change(client => client.access.createApiKey({ label: label.trim() }))
      setKey(created.apiKey)
      setLabel('')
    } catch (cause) {
      setError(t(`errors.${describeError(cause).code}.title`))
    }
  }
  return (
    <Card title={t('access.keysTitle')} hint={t('access.keysHint', { url: `${lumos.serverUrl}/v1` })}>
      <form onSubmit={event => void create(event)} className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <TextField
          label={t('access.keyName')}
          value={label}
          onChange={setLabel}
          placeholder={t('access.keyNamePlaceholder')}
          maxLength={128}
        />
        <Button type="submit" disabled={label.trim() === ''} className="mt-7.5 h-10">
          {t('access.createKey')}
        </Button>
      </form>
      <Problem text={error} />
      {key !== undefined && (
        <div className="mt-4" role="status">
          <Notice actions={<Button onClick={() => setKey(undefined)}>{t('access.keySaved')}</Button>}>
            <p className="font-medium text-ink">{t('access.keyOnce')}</p>
            <Copyable name={t('access.key')} value={key} />
          </Notice>
        </div>
      )}
    </Card>
  )
}
