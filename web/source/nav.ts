/** Where the person is: which chat is open, which panels lie over the list and beside the chat, and the way back.
 *
 * Nothing of it stands in the URL. The browser's Back undoes the last step, since each step is an entry of the
 * history without an address of its own. */

import { signal } from '@preact/signals'

import type { PeerId } from './model/types.ts'

/** An open conversation: a chat, or a topic or a post's comments in it. */
export interface Place {
  chat: PeerId
  top: number // the topic's or the discussed message's number; 0: the chat itself
  at: number // the message to show first; 0: where reading ended
}

/** A panel over the list of chats (left) or beside the open chat (right). Views of `panels.tsx`. */
export type Panel =
  | { name: 'archive' }
  | { name: 'settings' }
  | { name: 'settings.profile' }
  | { name: 'settings.notifications' }
  | { name: 'settings.privacy' }
  | { name: 'settings.blocked' }
  | { name: 'settings.sessions' }
  | { name: 'settings.password' }
  | { name: 'settings.passkeys' }
  | { name: 'settings.wayback' }
  | { name: 'settings.folders' }
  | { name: 'settings.language' }
  | { name: 'settings.appearance' }
  | { name: 'trust' }
  | { name: 'contacts' }
  | { name: 'new.group' }
  | { name: 'new.channel' }
  | { name: 'profile'; chat: PeerId }
  | { name: 'members'; chat: PeerId }
  | { name: 'edit'; chat: PeerId }
  | { name: 'rights'; chat: PeerId }
  | { name: 'links'; chat: PeerId }
  | { name: 'requests'; chat: PeerId }
  | { name: 'search'; chat: PeerId }
  | { name: 'pinned'; chat: PeerId }
  | { name: 'scheduled'; chat: PeerId }
  | { name: 'reactions'; chat: PeerId; id: number }
  | { name: 'poll'; chat: PeerId; id: number }

export const place = signal<Place | null>(null)
export const left = signal<readonly Panel[]>([])
export const right = signal<readonly Panel[]>([])

const journal: (() => void)[] = [] // how to undo each step, the last one last

/** Take a step that Back undoes. */
export function step(undo: () => void): void {
  journal.push(undo)
  history.pushState({ depth: journal.length }, '')
}

/** Undo the last step, as the browser's Back does. */
export function back(): void {
  if (journal.length > 0) history.back()
}

addEventListener('popstate', () => journal.pop()?.())

/** Open a conversation. */
export function openChat(chat: PeerId, { top = 0, at = 0 }: { top?: number; at?: number } = {}): void {
  const before = place.peek()
  const next = { chat, top, at }
  if (before === null || (top !== 0 && before.top === 0)) step(() => {
    place.value = before
  })
  if (before?.chat !== chat) right.value = []
  place.value = next
}

/** Open a panel on a side, over those that are open there. */
export function openPanel(side: 'left' | 'right', panel: Panel): void {
  const stack = side === 'left' ? left : right
  const before = stack.peek()
  step(() => {
    stack.value = before
  })
  stack.value = [...before, panel]
}

/** Close everything: somebody logged out. */
export function closeAll(): void {
  journal.length = 0
  place.value = null
  left.value = []
  right.value = []
}
