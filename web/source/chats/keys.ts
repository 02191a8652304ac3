/** The keys that go from chat to chat: Alt with arrows, Ctrl+K to search, Ctrl+F to search in a chat, Escape to leave it. */

import { back, left, openChat, openPanel, place, right } from '../nav.ts'
import { dialogs, peers } from '../store.ts'
import { attempt } from '../ui/refusals.ts'
import { inFolder } from '../settings/folder_rules.ts'
import { listed } from '../model/dialogs.ts'
import { shownFolder } from './folder_tabs.tsx'
import { movePin } from './row_menu.ts'

/** Open the chat before or behind the open one. */
function step(by: number): void {
  const folder = shownFolder.peek()
  const all = dialogs.peek()
  const rows = folder === null ? listed(all, 0) : inFolder(folder, all, peers.peek(), Date.now() / 1000)
  const at = rows.findIndex(({ chat }) => chat === place.peek()?.chat)
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]
  if (next !== undefined) openChat(next.chat, { whole: true })
}

function movePinned(by: number): void {
  const focused = (document.activeElement as HTMLElement | null)?.dataset.chat
  const chat = focused === undefined ? place.peek()?.chat : Number(focused)
  if (chat !== undefined && dialogs.peek().byChat.get(chat)?.pinned === true) void attempt(() => movePin(chat, by))
}

/** Begin a search in all chats. */
function search(): void {
  const field = document.querySelector<HTMLElement>('.chats input[type=search]')
  field?.focus()
  field?.click()
}

function busy(): boolean {
  return document.querySelector('dialog[open], .menu') !== null
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || busy()) return
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  const chat = place.peek()?.chat
  if (event.altKey && by !== undefined && event.shiftKey) movePinned(by)
  else if (event.altKey && by !== undefined && !event.ctrlKey) step(by)
  else if (control && event.key.toLowerCase() === 'k') search()
  else if (control && event.key.toLowerCase() === 'f' && chat !== undefined) {
    if (!right.peek().some(({ name }) => name === 'search')) openPanel('right', { name: 'search', chat })
  } else if (event.key === 'Escape' && (chat !== undefined || left.peek().length > 0)) void back()
  else return
  event.preventDefault()
}

/** Listen to them; returns how to stop. */
export function listenToKeys(): () => void {
  addEventListener('keydown', pressed)
  return () => removeEventListener('keydown', pressed)
}
