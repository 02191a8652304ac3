/** Taking one's data along: asking for an export, and the form by which the server sends it as one file. */

import { call } from '../api.ts'
import { Refused } from '../link.ts'
import { waitOf } from './export_rules.ts'

/** What came of asking: it waits until a moment, or it runs under a number. */
export type Export = { waits: number } | { runs: bigint }

const EXPORT_AT = '/export'

/** Ask for an export, or begin the one that was asked for. */
export async function askForExport(): Promise<Export> {
  try {
    const { id } = await call({ _: 'account.initTakeoutSession' })
    return { runs: id }
  } catch (error) {
    const waits = error instanceof Refused ? waitOf(error, Date.now() / 1000) : 0
    if (waits === 0) throw error
    return { waits }
  }
}

/** Have the server send an export: the browser keeps it as a file. Resolves to false if it runs no more. */
export async function fetchExport(fields: Record<string, string>): Promise<boolean> {
  const asked = await fetch(EXPORT_AT, { method: 'POST', body: new URLSearchParams({ ...fields, check: '1' }) })
  if (!asked.ok) return false
  const form = document.createElement('form')
  form.method = 'post'
  form.action = EXPORT_AT
  form.hidden = true
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement('input')
    field.name = name
    field.value = value
    form.append(field)
  }
  document.body.append(form)
  form.submit()
  form.remove()
  return true
}

/** End an export that runs: the next one waits again. */
export async function endExport(number: bigint): Promise<void> {
  const query = { _: 'account.finishTakeoutSession' as const, success: true }
  await call({ _: 'invokeWithTakeout', takeoutId: number, query })
}
