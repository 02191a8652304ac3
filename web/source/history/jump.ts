/** Going to one message: in the open chat by scrolling, elsewhere by opening its chat there. And the way back. */

import { signal } from '@preact/signals'

import type { Message, PeerId } from '../model/types.ts'
import { openChat, place } from '../nav.ts'

/** The message to bring into view and to mark for a moment; the history takes it up and clears it. */
export const wanted = signal<{ chat: PeerId; id: number } | null>(null)

/** Messages from which one jumped to what they answer to, the last one last: "down" goes back to them first. */
export const returns = signal<readonly { chat: PeerId; id: number }[]>([])

/** Go to a message; `from`: one to which the way back leads. */
export function jump(chat: PeerId, id: number, from?: Message): void {
  if (id <= 0) return
  if (place.peek()?.chat !== chat) {
    returns.value = []
    openChat(chat, { at: id })
    return
  }
  if (from !== undefined && from.chat === chat) returns.value = [...returns.peek(), { chat, id: from.id }]
  wanted.value = { chat, id }
}

/** Go back to where the last jump began; false if there was none. */
export function jumpBack(): boolean {
  const last = returns.peek().at(-1)
  if (last === undefined || last.chat !== place.peek()?.chat) return false
  returns.value = returns.peek().slice(0, -1)
  wanted.value = last
  return true
}
