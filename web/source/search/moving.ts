/** Going through a list of found rows by arrows, from the field that searches and back to it. */

import type { TargetedKeyboardEvent } from 'preact'

const ROWS = 'button.row, button.message-row'

/** Move the focus from row to row; from the first back to the field. */
export function moveThrough(event: TargetedKeyboardEvent<HTMLElement>, field: () => HTMLElement | null): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(ROWS)]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)]
  event.preventDefault()
  if (next !== undefined) next.focus()
  else if (event.key === 'ArrowUp') field()?.focus()
}

/** From the field: the arrow down goes to the first row, Enter opens it. True if the key was one of them. */
export function enterList(key: string, list: Element | null): boolean {
  const first = list?.querySelector<HTMLElement>(ROWS)
  if (first == null || (key !== 'ArrowDown' && key !== 'Enter')) return false
  if (key === 'ArrowDown') first.focus()
  else first.click()
  return true
}
