/** What was begun in a chat and not sent: kept on the server for other devices; of topics and threads only on this page. */

import { call, inputPeer } from '../api.ts'
import type { Draft, PeerId } from '../model/types.ts'
import { apply, dialogs, onForget, peers } from '../store.ts'
import { inputEntities } from '../translate/messages.ts'
import { EMPTY, type Rich, same, trimmed } from './rich.ts'

const PAUSE_MS = 1_500 // of silence before a draft is kept on the server

export interface Begun {
  rich: Rich
  reply: number // 0: no answer
}

const NOTHING: Begun = { rich: EMPTY, reply: 0 }

const timers = new Map<PeerId, ReturnType<typeof setTimeout>>()
const unsaved = new Map<PeerId, Begun>()
const ofThreads = new Map<string, Begun>()

export function begunOf(draft: Draft | null | undefined): Begun {
  return draft == null ? NOTHING : { rich: { text: draft.text, entities: draft.entities }, reply: draft.reply }
}

/** Return what was begun in a place. */
export function draftOf(chat: PeerId, top: number): Begun {
  if (top !== 0) return ofThreads.get(`${chat}/${top}`) ?? NOTHING
  return unsaved.get(chat) ?? begunOf(dialogs.peek().byChat.get(chat)?.draft)
}

async function save(chat: PeerId): Promise<void> {
  clearTimeout(timers.get(chat))
  timers.delete(chat)
  const begun = unsaved.get(chat)
  unsaved.delete(chat)
  if (begun === undefined) return
  const { text, entities } = trimmed(begun.rich)
  const known = dialogs.peek().byChat.get(chat)?.draft
  const before = begunOf(known)
  if (same({ text, entities }, before.rich) && begun.reply === before.reply) return
  const date = Math.floor(Date.now() / 1000)
  const draft = text === '' && begun.reply === 0 ? null : { text, entities, reply: begun.reply, date }
  apply({ type: 'draft', chat, draft, now: date })
  await call({
    _: 'messages.saveDraft',
    peer: inputPeer(chat),
    message: text,
    entities: inputEntities(entities, (user) => peers.peek().get(user)?.hash ?? 0n),
    ...(begun.reply === 0 ? {} : { replyTo: { _: 'inputReplyToMessage', replyToMsgId: begun.reply } }),
  }).catch(() => undefined)
}

/** Keep what stands in the field, once writing pauses. */
export function keepDraft(chat: PeerId, top: number, begun: Begun): void {
  if (top !== 0) {
    ofThreads.set(`${chat}/${top}`, begun)
    return
  }
  unsaved.set(chat, begun)
  clearTimeout(timers.get(chat))
  timers.set(chat, setTimeout(() => void save(chat), PAUSE_MS))
}

/** Keep it at once: the chat is left. */
export function flushDraft(chat: PeerId): void {
  if (unsaved.has(chat)) void save(chat)
}

/** Forget what was begun: it was sent, and the server forgets it with the message. */
export function dropDraft(chat: PeerId, top: number): void {
  if (top !== 0) {
    ofThreads.delete(`${chat}/${top}`)
    return
  }
  clearTimeout(timers.get(chat))
  timers.delete(chat)
  unsaved.delete(chat)
  if (dialogs.peek().byChat.get(chat)?.draft != null) apply({ type: 'draft', chat, draft: null, now: 0 })
}

/** Say whether something was written in a chat that the server does not have yet. */
export function isUnsaved(chat: PeerId): boolean {
  return unsaved.has(chat)
}

onForget(() => {
  for (const timer of timers.values()) clearTimeout(timer)
  timers.clear()
  unsaved.clear()
  ofThreads.clear()
})
