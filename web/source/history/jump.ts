/** Going to one message: in the open chat by scrolling, elsewhere by opening its chat there. */

import { signal } from '@preact/signals'

import type { PeerId } from '../model/types.ts'
import { openChat, place } from '../nav.ts'

/** The message to bring into view and to mark for a moment; the history takes it up and clears it. */
export const wanted = signal<{ chat: PeerId; id: number } | null>(null)

export function jump(chat: PeerId, id: number): void {
  if (id <= 0) return
  if (place.peek()?.chat !== chat) openChat(chat, { at: id })
  else wanted.value = { chat, id }
}
