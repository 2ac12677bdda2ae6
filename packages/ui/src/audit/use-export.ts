import type { AuditListOptions } from '@lomusai/client-js'
import { useState } from 'react'
import { useApp } from '../app-context.ts'
import { saveFile } from '../ui/save-file.ts'

/** Saves the whole log as a file that anybody can verify without this server. */
export function useExport(): { isExporting: boolean; exportLog(): Promise<void> } {
  const { lumos } = useApp()
  const [isExporting, setIsExporting] = useState(false)
  const exportLog = async () => {
    setIsExporting(true)
    try {
      const { exportAuditLog } = await import('@lomusai/client-js/access')
      const client = await lumos.client('cloud')
      const lines: string[] = []
      const log = {
        head: () => client.audit.head(),
        list: (options: AuditListOptions) => client.audit.list(options),
        proveInclusion: (index: number, treeSize: number) => client.audit.inclusion(index, treeSize),
      }
      for await (const line of exportAuditLog(log)) lines.push(line)
      const name = `lumos-audit-${new Date().toISOString().slice(0, 10)}.ndjson`
      saveFile(name, lines, { type: 'application/x-ndjson' })
    } finally {
      setIsExporting(false)
    }
  }
  return { isExporting, exportLog }
}
