/** What others are told while one writes: that one does. */

import { call, inputPeer } from '../api.ts'
import type { PeerId } from '../model/types.ts'

const TYPING_MS = 4_500 // between two notes that one types

let told = { chat: 0, at: 0 }

export function tellTyping(chat: PeerId, top: number): void {
  const now = Date.now()
  if (told.chat === chat && now - told.at < TYPING_MS) return
  told = { chat, at: now }
  const action = { _: 'sendMessageTypingAction' as const }
  const topMsgId = top === 0 ? {} : { topMsgId: top }
  void call({ _: 'messages.setTyping', peer: inputPeer(chat), action, ...topMsgId }).catch(() => undefined)
}
