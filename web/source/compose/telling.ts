/** What others and other devices are told while one writes: that one does, and the draft. */

import { call, inputPeer } from '../api.ts'
import type { PeerId } from '../model/types.ts'
import { apply } from '../store.ts'
import { inputEntities } from '../translate/messages.ts'
import { parsed } from './markdown.ts'

const TYPING_MS = 4_500 // between two notes that one types
const DRAFT_MS = 1_500 // of silence before a draft is kept on the server

let told = { chat: 0, at: 0 }

export function tellTyping(chat: PeerId, top: number): void {
  const now = Date.now()
  if (told.chat === chat && now - told.at < TYPING_MS) return
  told = { chat, at: now }
  const action = { _: 'sendMessageTypingAction' as const }
  const topMsgId = top === 0 ? {} : { topMsgId: top }
  void call({ _: 'messages.setTyping', peer: inputPeer(chat), action, ...topMsgId }).catch(() => undefined)
}

const timers = new Map<PeerId, ReturnType<typeof setTimeout>>()

/** Keep a draft on the server, so that other devices have it, once writing pauses. */
export function saveDraft(chat: PeerId, written: string, reply: number): void {
  clearTimeout(timers.get(chat))
  const keep = async (): Promise<void> => {
    timers.delete(chat)
    const { text, entities } = parsed(written.trim())
    const date = Math.floor(Date.now() / 1000)
    const draft = text === '' ? null : { text, entities, reply, date }
    apply({ type: 'draft', chat, draft, now: date })
    await call({
      _: 'messages.saveDraft',
      peer: inputPeer(chat),
      message: text,
      entities: inputEntities(entities, () => 0n),
      ...(reply === 0 ? {} : { replyTo: { _: 'inputReplyToMessage', replyToMsgId: reply } }),
    }).catch(() => undefined)
  }
  timers.set(chat, setTimeout(() => void keep(), DRAFT_MS))
}
