import { Tooltip } from 'radix-ui'
import { lazy } from 'react'
import { createBrowserRouter, RouterProvider, redirect } from 'react-router'
import { AppContext, type AppServices } from './app-context.ts'
import { ChatPage } from './chat/chat-page.tsx'
import { AppShell } from './shell/app-shell.tsx'
import { BrokenPage } from './shell/broken-page.tsx'
import { MissingPage } from './shell/missing-page.tsx'

const AccessPage = lazy(() => import('./access/access-page.tsx'))
const AgentsPage = lazy(() => import('./agents/agents-page.tsx'))
const AuditPage = lazy(() => import('./audit/audit-page.tsx'))
const IdentityPage = lazy(() => import('./identity/identity-page.tsx'))
const ModelsPage = lazy(() => import('./models/models-page.tsx'))
const NetworkPage = lazy(() => import('./network/network-page.tsx'))
const SettingsPage = lazy(() => import('./settings/settings-page.tsx'))

const router = createBrowserRouter([
  {
    element: <AppShell />,
    errorElement: <BrokenPage />,
    children: [
      {
        errorElement: <BrokenPage />,
        children: [
          { path: '/', element: <ChatPage />, loader: followClaim },
          { path: '/chat/:threadId', element: <ChatPage /> },
          { path: '/agents', element: <AgentsPage /> },
          { path: '/models', element: <ModelsPage /> },
          { path: '/network', element: <NetworkPage /> },
          { path: '/identity', element: <IdentityPage /> },
          { path: '/access', element: <AccessPage /> },
          { path: '/audit', element: <AuditPage /> },
          { path: '/settings', element: <SettingsPage /> },
          { path: '*', element: <MissingPage /> },
        ],
      },
    ],
  },
])

/** The link that a server prints for its owner leads to where owners are made. */
function followClaim() {
  return location.hash.startsWith('#claim=') ? redirect(`/access${location.hash}`) : null
}

export function App({ services }: { services: AppServices }) {
  return (
    <AppContext value={services}>
      <Tooltip.Provider delayDuration={400}>
        <RouterProvider router={router} />
      </Tooltip.Provider>
    </AppContext>
  )
}
