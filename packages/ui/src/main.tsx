import './styles/index.css'
import { openIdentity } from '@lomusai/client-js/identity'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { ChatSessions } from './chat/chat-sessions.ts'
import { startI18n } from './i18n/i18n.ts'
import { Lumos } from './lumos/lumos.ts'
import { watchPlaces } from './lumos/watch-places.ts'
import { applyTheme } from './settings/apply-theme.ts'
import { openSettings } from './settings/settings.ts'
import { Threads } from './threads/threads.ts'

const settings = openSettings(localStorage)
applyTheme(settings)
const lumos = new Lumos(settings, openIdentity({ directory: 'lumos' }))
const threads = new Threads(lumos)
const sessions = new ChatSessions(lumos, threads)
watchPlaces(lumos)

await startI18n(settings)
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App services={{ lumos, threads, sessions }} />)
