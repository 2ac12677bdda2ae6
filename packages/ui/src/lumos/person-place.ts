import { createKeyStore, type KeyStoreOptions, type PersonPlace } from '@lomusai/client-js/identity'
import { IdbStore } from '@lomusai/client-js/presets/browser'

export type Protection = NonNullable<KeyStoreOptions['protection']>

/** Where this browser keeps the person's key, and what makes it one of their devices. */
export type BrowserPersonPlace = Omit<PersonPlace, 'store'> & { store: IdbStore }

export function openPersonPlace(protection: Protection): BrowserPersonPlace {
  return {
    keyStore: createKeyStore({ directory: 'lumos', protection }),
    store: new IdbStore({ name: 'lumos-person' }),
  }
}
