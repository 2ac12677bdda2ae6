import { createContext, use } from 'react'

export const DrawerContext = createContext<() => void>(() => undefined)

/** Opens the navigation, where it is not always in sight. */
export function useDrawer(): () => void {
  return use(DrawerContext)
}
