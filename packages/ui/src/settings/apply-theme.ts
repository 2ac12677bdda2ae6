import type { Observable } from '../observable.ts'
import type { Settings } from './settings.ts'

/** Keeps the document's theme as chosen, following the system while the choice is `system`. */
export function applyTheme(settings: Observable<Settings>): void {
  const prefersDark = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const { theme } = settings.get()
    const resolved = theme === 'system' ? (prefersDark.matches ? 'dark' : 'light') : theme
    document.documentElement.dataset.theme = resolved
  }
  prefersDark.addEventListener('change', apply)
  settings.subscribe(apply)
  apply()
}
