import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { clearLocalData } from './clear-local-data.ts'

export function DataCard() {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  return (
    <Card title={t('settings.data')} hint={t('settings.dataHint')}>
      <Button onClick={() => setIsAsking(true)}>{t('settings.clear')}</Button>
      {isAsking && (
        <Confirm
          title={t('settings.clearTitle')}
          text={t('settings.clearText')}
          confirmLabel={t('settings.clearConfirm')}
          onConfirm={() => void clearLocalData().then(() => location.assign('/'))}
          onClose={() => setIsAsking(false)}
        />
      )}
    </Card>
  )
}
