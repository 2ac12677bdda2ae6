import type { AuditEntry, ErrorDescription, LumosClient, SignedTreeHead } from '@lomusai/client-js'
import { useCallback, useEffect, useState } from 'react'
import { useApp } from '../app-context.ts'
import { describeError } from '../lumos/describe-error.ts'
import { checkHead, type Trust } from './check-head.ts'

const pageSize = 50

export type AuditState =
  | { state: 'loading' | 'guest' }
  | { state: 'failed'; error: ErrorDescription }
  | { state: 'open'; entries: AuditEntry[]; head: SignedTreeHead; trust: Trust }

export interface Audit {
  audit: AuditState
  reload(): Promise<void>
  /** Reads the entries before those shown. */
  loadOlder(): Promise<void>
}

/** The server's audit trail, newest first, and whether it still tells the past it told before. */
export function useAudit(): Audit {
  const { lumos } = useApp()
  const [audit, setAudit] = useState<AuditState>({ state: 'loading' })
  const reload = useCallback(async () => {
    try {
      const client = await lumos.client('cloud')
      const { head, trust } = await checkHead(client, localStorage)
      const entries = await readPage(client, head.treeSize)
      setAudit({ state: 'open', entries, head, trust })
    } catch (cause) {
      const error = describeError(cause)
      setAudit(error.code === 'forbidden' ? { state: 'guest' } : { state: 'failed', error })
    }
  }, [lumos])
  useEffect(() => void reload(), [reload])
  const loadOlder = async () => {
    if (audit.state !== 'open') return
    const older = await readPage(await lumos.client('cloud'), audit.entries.at(-1)?.index ?? 0)
    setAudit({ ...audit, entries: [...audit.entries, ...older] })
  }
  return { audit, reload, loadOlder }
}

/** The entries just before `end`, newest first. */
async function readPage(client: LumosClient, end: number): Promise<AuditEntry[]> {
  const from = Math.max(0, end - pageSize)
  if (end === 0) return []
  const entries = await client.audit.list({ from, limit: end - from })
  return entries.reverse()
}
