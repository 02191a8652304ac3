/** Choosing several messages of the open chat, to do one thing with all of them. */

import { signal } from '@preact/signals'

import type { Message, PeerId } from '../model/types.ts'
import { step } from '../nav.ts'

export const SELECTED_MAX = 100 // messages that one call of the API takes

export interface Selection {
  chat: PeerId
  messages: ReadonlyMap<number, Message>
}

/** What is chosen; null: nobody chooses. */
export const selection = signal<Selection | null>(null)

/** Begin to choose in a chat; Back ends it. */
export function startSelection(chat: PeerId, parts: readonly Message[] = []): void {
  step(() => {
    selection.value = null
  })
  selection.value = { chat, messages: new Map(parts.map((one) => [one.id, one])) }
}

/** Begin to choose, with the parts of one message. */
export function beginSelection(parts: readonly Message[]): void {
  const [head] = parts
  if (head !== undefined) startSelection(head.chat, parts)
}

/** Choose a message, or no longer. */
export function toggleSelected(parts: readonly Message[]): void {
  const now = selection.peek()
  if (now === null) return
  const messages = new Map(now.messages)
  const chosen = parts.every(({ id }) => messages.has(id))
  for (const one of parts) {
    if (chosen) messages.delete(one.id)
    else if (messages.size < SELECTED_MAX && one.id > 0) messages.set(one.id, one)
  }
  selection.value = { ...now, messages }
}

/** Say whether all parts of a message are chosen; null where nobody chooses in its chat. */
export function isSelected(now: Selection | null, parts: readonly Message[]): boolean | null {
  const [head] = parts
  if (now === null || head === undefined || now.chat !== head.chat) return null
  return parts.every(({ id }) => now.messages.has(id))
}

/** Return what is chosen, in the order of the chat. */
export function selectedMessages(now: Selection): Message[] {
  return [...now.messages.values()].sort((one, other) => one.id - other.id)
}
