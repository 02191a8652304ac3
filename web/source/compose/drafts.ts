/** What was begun in a chat and not sent: kept on the server for other devices; of topics and threads in this browser.
 *
 * What the server could not be told yet is in this browser, too, encrypted as what was seen last. */

import { effect } from '@preact/signals'

import { call, inputPeer, Refused } from '../api.ts'
import { isOnline, keep, keptBeside } from '../kept/keeping.ts'
import type { Draft, PeerId } from '../model/types.ts'
import { apply, connection, dialogs, onForget, peers } from '../store.ts'
import { inputEntities } from '../translate/messages.ts'
import { EMPTY, type Rich, same, trimmed } from './rich.ts'

const PAUSE_MS = 1_500 // of silence before a draft is kept on the server
const PAUSE_OFFLINE_MS = 400 // before it is kept in this browser, where there is no network
const UNTOLD_MS = 2_000 // without an answer, after which it is kept in this browser until there is one
const KEPT_MAX = 100 // drafts of this browser; the oldest goes first

export interface Begun {
  rich: Rich
  reply: number // 0: no answer
}

/** A draft as this browser keeps it. */
interface KeptDraft {
  chat: PeerId
  top: number // of a topic or thread, of which the server is told nothing; 0: none
  draft: Draft | null // null: it was taken back, and the server does not know that yet
  date: number // seconds of Unix time
}

const NOTHING: Begun = { rich: EMPTY, reply: 0 }

/** What stands in a field and was not saved yet. */
interface Unsaved {
  chat: PeerId
  top: number
  begun: Begun
}

const timers = new Map<string, ReturnType<typeof setTimeout>>() // all of these by place
const unsaved = new Map<string, Unsaved>()
const kept = new Map<string, KeptDraft>() // in the order they were kept
const telling = new Set<string>()
let known: Promise<void> | null = null // until what an earlier page kept is known

const placeOf = (chat: PeerId, top: number): string => `draft/${chat}/${top}`

function keepHere(one: KeptDraft): void {
  const place = placeOf(one.chat, one.top)
  kept.delete(place)
  kept.set(place, one)
  keep(place, one)
  const [oldest] = kept.keys()
  if (oldest !== undefined && kept.size > KEPT_MAX) dropHere(oldest)
}

function dropHere(place: string): void {
  if (kept.delete(place)) keep(place, null)
}

export function begunOf(draft: Draft | null | undefined): Begun {
  return draft == null ? NOTHING : { rich: { text: draft.text, entities: draft.entities }, reply: draft.reply }
}

function draftFrom(begun: Begun, date: number): Draft | null {
  const { text, entities } = trimmed(begun.rich)
  return text === '' && begun.reply === 0 ? null : { text, entities, reply: begun.reply, date }
}

/** Return what was begun in a place. */
export function draftOf(chat: PeerId, top: number): Begun {
  const place = placeOf(chat, top)
  const saved = top === 0 ? dialogs.peek().byChat.get(chat)?.draft : kept.get(place)?.draft
  return unsaved.get(place)?.begun ?? begunOf(saved)
}

function taken(place: string): Unsaved | undefined {
  clearTimeout(timers.get(place))
  timers.delete(place)
  const one = unsaved.get(place)
  unsaved.delete(place)
  return one
}

function save(place: string): void {
  const one = taken(place)
  if (one === undefined) return
  const { chat, top, begun } = one
  const date = Math.floor(Date.now() / 1000)
  const draft = draftFrom(begun, date)
  const before = draftOf(chat, top)
  if (same(begunOf(draft).rich, before.rich) && begun.reply === before.reply) return
  if (top === 0) {
    apply({ type: 'draft', chat, draft, now: date })
    void tell({ chat, top, draft, date })
  } else if (draft === null) dropHere(place)
  else keepHere({ chat, top, draft, date })
}

async function saveOnServer(chat: PeerId, draft: Draft | null): Promise<void> {
  const reply = draft?.reply ?? 0
  await call({
    _: 'messages.saveDraft',
    peer: inputPeer(chat),
    message: draft?.text ?? '',
    entities: inputEntities(draft?.entities ?? [], (user) => peers.peek().get(user)?.hash ?? 0n),
    ...(reply === 0 ? {} : { replyTo: { _: 'inputReplyToMessage', replyToMsgId: reply } }),
  })
}

/** Tell the server of a draft; where that takes long, or there is no network, this browser has it meanwhile. */
async function tell(one: KeptDraft): Promise<void> {
  const place = placeOf(one.chat, 0)
  const keepIt = (): void => keepHere(one)
  if (kept.has(place) || !isOnline()) keepIt()
  const timer = setTimeout(keepIt, UNTOLD_MS)
  telling.add(place)
  try {
    await saveOnServer(one.chat, one.draft)
  } catch (error) {
    if (error instanceof Refused && error.code === 0) return // told once there is a network
  } finally {
    clearTimeout(timer)
    telling.delete(place)
  }
  if (kept.get(place)?.date === one.date) dropHere(place) // told, or refused, as it will be each time
}

/** Show what an earlier page kept. */
export function restoreDrafts(): Promise<void> {
  known ??= keptBeside<KeptDraft>()
    .catch(() => [])
    .then((found) => {
      for (const one of found.sort((a, b) => a.date - b.date)) {
        const place = placeOf(one.chat, one.top)
        if (!kept.has(place)) kept.set(place, one)
      }
      show()
    })
  return known
}

function show(): void {
  const own = [...kept.values()].filter(({ top }) => top === 0)
  apply(...own.map(({ chat, draft, date }) => ({ type: 'draft' as const, chat, draft, now: date })))
}

/** Tell the server what it was not told yet, but where another device has begun something later. */
export async function tellDrafts(): Promise<void> {
  await restoreDrafts()
  for (const [place, one] of kept) {
    if (one.top !== 0 || telling.has(place)) continue
    const theirs = dialogs.peek().byChat.get(one.chat)?.draft
    if ((theirs?.date ?? 0) > one.date) dropHere(place)
    else void tell(one)
  }
  show()
}

/** Keep what stands in the field, once writing pauses. */
export function keepDraft(chat: PeerId, top: number, begun: Begun): void {
  const place = placeOf(chat, top)
  clearTimeout(timers.get(place))
  unsaved.set(place, { chat, top, begun })
  timers.set(place, setTimeout(() => save(place), isOnline() ? PAUSE_MS : PAUSE_OFFLINE_MS))
}

/** Keep it at once: the place is left. */
export function flushDraft(chat: PeerId, top: number): void {
  save(placeOf(chat, top))
}

/** Forget what was begun: it was sent, and the server forgets it with the message. */
export function dropDraft(chat: PeerId, top: number): void {
  const place = placeOf(chat, top)
  taken(place)
  dropHere(place)
  if (top === 0 && dialogs.peek().byChat.get(chat)?.draft != null) apply({ type: 'draft', chat, draft: null, now: 0 })
}

/** Say whether something was written in a chat that the server does not have yet. */
export function isUnsaved(chat: PeerId): boolean {
  return unsaved.has(placeOf(chat, 0))
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') for (const place of [...unsaved.keys()]) save(place)
})

effect(() => {
  if (connection.value === 'connected' && kept.size > 0) void tellDrafts()
})

onForget(() => {
  for (const timer of timers.values()) clearTimeout(timer)
  timers.clear()
  unsaved.clear()
  kept.clear()
  telling.clear()
  known = null
})
