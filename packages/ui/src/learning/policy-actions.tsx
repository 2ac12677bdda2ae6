import type { JsonObject } from '@lomusai/client-js'
import { Download, Eraser, RotateCcw, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../identity/use-deed.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Problem } from '../ui/problem.tsx'
import { saveFile } from '../ui/save-file.ts'
import type { Learning } from './use-learning.ts'

export interface PolicyActionsProps {
  policy: string
  name: string
  hasLearned: boolean
  change: Learning['change']
}

/** What a person can do with what was learned: take it along, bring it, go back, have it forgotten. */
export function PolicyActions({ policy, name, hasLearned, change }: PolicyActionsProps) {
  const { t } = useTranslation()
  const { isBusy, error, run } = useDeed({ 'invalid-request': t('learning.importRefused') })
  const [asked, setAsked] = useState<'reset' | 'forget'>()
  const input = useRef<HTMLInputElement>(null)
  const named = (action: string) => `${action}: ${name}`
  const exportIt = () =>
    change(async client => {
      const exported = await client.adaptation.export(policy)
      saveFile(`lumos-${policy}.json`, [JSON.stringify(exported)], { type: 'application/json' })
    })
  const importIt = (file: File) =>
    change(async client => client.adaptation.import(policy, parse(await file.text())))
  return (
    <div className="mt-5">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void run(exportIt)} disabled={isBusy} aria-label={named(t('learning.export'))}>
          <Download aria-hidden size={15} />
          {t('learning.export')}
        </Button>
        <Button
          onClick={() => input.current?.click()}
          disabled={isBusy}
          aria-label={named(t('learning.import'))}
        >
          <Upload aria-hidden size={15} />
          {t('learning.import')}
        </Button>
        <Button
          onClick={() => setAsked('reset')}
          disabled={isBusy || !hasLearned}
          aria-label={named(t('learning.reset'))}
        >
          <RotateCcw aria-hidden size={15} />
          {t('learning.reset')}
        </Button>
        <Button
          look="quiet"
          onClick={() => setAsked('forget')}
          disabled={isBusy || !hasLearned}
          aria-label={named(t('learning.forget'))}
        >
          <Eraser aria-hidden size={15} />
          {t('learning.forget')}
        </Button>
      </div>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={named(t('learning.import'))}
        onChange={event => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file !== undefined) void run(() => importIt(file))
        }}
      />
      <Problem text={error} />
      {asked !== undefined && (
        <Confirm
          title={t(`learning.ask.${asked}.title`)}
          text={t(`learning.ask.${asked}.text`)}
          confirmLabel={t(`learning.${asked}`)}
          onConfirm={() => {
            setAsked(undefined)
            void run(() => change(client => client.adaptation[asked](policy)))
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  )
}

/** What is no JSON is no export either: the node says so of both in one way. */
function parse(text: string): JsonObject {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
