import { useTranslation } from 'react-i18next'
import type { Protection } from '../lumos/person-place.ts'
import { Segments } from '../ui/segments.tsx'
import { TextField } from '../ui/text-field.tsx'
import { passkeysHere, sameNamedPage } from './passkeys-here.ts'

/** What a new device is called, and what protects its key. */
export interface NewDevice {
  label: string
  protection: Protection
}

export interface DeviceFieldsProps {
  device: NewDevice
  onChange(device: NewDevice): void
}

/** The kind of machine, as a first name for this device. */
export function newDevice(): NewDevice {
  const kind = /iPhone|iPad|Android|Windows|Macintosh|CrOS|Linux/.exec(navigator.userAgent)?.[0] ?? ''
  const label = { Macintosh: 'Mac', CrOS: 'Chromebook' }[kind] ?? kind
  return { label, protection: 'device' }
}

export function DeviceFields({ device, onChange }: DeviceFieldsProps) {
  const { t } = useTranslation()
  const passkeys = passkeysHere()
  const namedPage = sameNamedPage()
  return (
    <>
      <TextField
        label={t('identity.label')}
        hint={t('identity.labelHint')}
        value={device.label}
        onChange={label => onChange({ ...device, label })}
        placeholder={t('identity.labelPlaceholder')}
        maxLength={64}
      />
      {passkeys === 'possible' && (
        <div>
          <Segments<Protection>
            label={t('identity.protection')}
            value={device.protection}
            onChange={protection => onChange({ ...device, protection })}
            options={[
              { value: 'device', text: t('identity.protect.device') },
              { value: 'passkey', text: t('identity.protect.passkey') },
            ]}
          />
          <p className="mt-1.5 text-sm text-ink-faint">
            {t(
              device.protection === 'passkey'
                ? 'identity.protectHint.passkey'
                : 'identity.protectHint.device',
            )}
          </p>
        </div>
      )}
      {passkeys === 'needs-name' && (
        <p className="text-sm text-ink-faint">
          {t('identity.passkeyNeedsName')}{' '}
          {namedPage !== undefined && (
            <a href={namedPage} className="text-ink underline underline-offset-2">
              {t('identity.openNamed')}
            </a>
          )}
        </p>
      )}
    </>
  )
}
