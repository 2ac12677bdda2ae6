import { createContext, use } from 'react'
import type { ChatSessions } from './chat/chat-sessions.ts'
import type { Lumos } from './lumos/lumos.ts'
import type { Threads } from './threads/threads.ts'

/** What every page needs: the places, the conversations, and the answers under way. */
export interface AppServices {
  lumos: Lumos
  threads: Threads
  sessions: ChatSessions
}

export const AppContext = createContext<AppServices | undefined>(undefined)

export function useApp(): AppServices {
  const services = use(AppContext)
  if (services === undefined) throw new Error('useApp needs an AppContext above it')
  return services
}
