/** Which rows of a list of chats are drawn, what of them is unread, and how pinned ones change places. Pure. */

import type { Dialog } from '../model/types.ts'

export interface Unread {
  chats: number
  loud: boolean // not all of them are muted
}

/** Return in how many chats something is unread. `now`: seconds of Unix time. */
export function unreadIn(rows: readonly Dialog[], now: number): Unread {
  const unread = rows.filter((one) => one.unread > 0 || one.marked)
  return { chats: unread.length, loud: unread.some((one) => one.notify.mutedUntil <= now || one.mentions > 0) }
}

/** Return the first and the place behind the last of the rows that are drawn, some more than are seen. */
export function drawnRows(
  count: number,
  { top, height, row, more }: { top: number; height: number; row: number; more: number },
): { from: number; to: number } {
  const from = Math.max(0, Math.floor(top / row) - more)
  const to = Math.min(count, Math.ceil((top + height) / row) + more)
  return { from: Math.min(from, count), to: Math.max(to, Math.min(from, count)) }
}

/** Return an order with one of its members at another place. */
export function movedTo<T>(order: readonly T[], from: number, to: number): T[] {
  const next = [...order]
  const [one] = next.splice(from, 1)
  if (one !== undefined) next.splice(Math.max(0, Math.min(to, next.length)), 0, one)
  return next
}
