/** Messages that others answer to: taken from a window that holds them, or fetched, many of one chat at once. */

import { signal, type Signal } from '@preact/signals'

import { call, inputChannel, messagesOf } from '../api.ts'
import type { Message, PeerId } from '../model/types.ts'
import { messageOf, onForget, peer, watch } from '../store.ts'
import { isChannelId } from '../translate/peers.ts'

const KEPT_MAX = 600 // messages that are remembered
const AT_ONCE_MAX = 100 // ids of one call
const GATHER_MS = 30 // in which ids are gathered for one call

/** A message; null: it does not exist; undefined: not known yet. */
type Answered = Message | null | undefined

const found = new Map<string, Signal<Answered>>() // in the order they were asked for
const wanted = new Map<PeerId, Set<number>>()

function mailbox(chat: PeerId): boolean {
  return !isChannelId(chat)
}

/** Read messages of one chat by their numbers; those that do not exist are left out. */
export async function messagesById(chat: PeerId, ids: readonly number[]): Promise<Message[]> {
  const id = ids.map((one) => ({ _: 'inputMessageID' as const, id: one }))
  const answer = mailbox(chat)
    ? await call({ _: 'messages.getMessages', id })
    : await call({ _: 'channels.getMessages', channel: inputChannel(chat), id })
  return messagesOf(answer).filter((one) => one.chat === chat)
}

async function fetchWanted(): Promise<void> {
  const gathered = [...wanted]
  wanted.clear()
  for (const [chat, ids] of gathered) {
    const all = [...ids]
    for (let at = 0; at < all.length; at += AT_ONCE_MAX) {
      const part = all.slice(at, at + AT_ONCE_MAX)
      const messages = await messagesById(chat, part).catch(() => null)
      if (messages === null) continue // the way is broken: asked for again when it is next shown
      for (const id of part) keep(chat, id, messages.find((one) => one.id === id) ?? null)
    }
  }
}

function keep(chat: PeerId, id: number, message: Answered): void {
  const key = `${chat}/${id}`
  const known = found.get(key)
  if (known !== undefined) known.value = message
}

function want(chat: PeerId, id: number): void {
  if (wanted.size === 0) setTimeout(() => void fetchWanted(), GATHER_MS)
  wanted.set(chat, (wanted.get(chat) ?? new Set()).add(id))
}

/** Return the signal of a message that another one answers to; it is fetched where no window holds it. */
export function answered(chat: PeerId, id: number): Signal<Answered> {
  const key = `${chat}/${id}`
  let known = found.get(key)
  if (known === undefined) {
    known = signal<Answered>(messageOf(chat, id))
    found.set(key, known)
    for (const oldest of found.keys()) {
      if (found.size <= KEPT_MAX) break
      found.delete(oldest)
    }
  }
  if (known.peek() === undefined && id > 0 && peer(chat).peek() !== undefined) want(chat, id)
  return known
}

watch((event) => {
  if (event.type === 'edited') keep(event.message.chat, event.message.id, event.message)
  if (event.type === 'message' && event.message.id > 0) keep(event.message.chat, event.message.id, event.message)
  if (event.type === 'removed') {
    for (const known of found.values()) {
      const message = known.peek()
      if (message == null || !event.ids.includes(message.id)) continue
      if (event.chat === null ? mailbox(message.chat) : message.chat === event.chat) keep(message.chat, message.id, null)
    }
  }
})

onForget(() => {
  found.clear()
  wanted.clear()
})
