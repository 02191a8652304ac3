/** Where the person is: which chat is open, which panels lie over the list and beside the chat, and the way back.
 *
 * Nothing of it stands in the URL. The browser's Back undoes the last step, since each step is an entry of the
 * history without an address of its own. */

import { signal } from '@preact/signals'

import type { PeerId } from './model/types.ts'
import type { What } from './settings/privacy_rules.ts'
import { peers } from './store.ts'

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
  | { name: 'settings.rule'; what: What }
  | { name: 'settings.exceptions'; what: What; side: 'allowed' | 'refused' }
  | { name: 'settings.sessions' }
  | { name: 'settings.password' }
  | { name: 'settings.passkeys' }
  | { name: 'settings.wayback' }
  | { name: 'settings.folders' }
  | { name: 'settings.folder'; folder: number } // 0: a new one
  | { name: 'settings.folder.chats'; side: 'included' | 'excluded' }
  | { name: 'settings.language' }
  | { name: 'settings.appearance' }
  | { name: 'settings.apps' }
  | { name: 'settings.export' }
  | { name: 'trust' }
  | { name: 'contacts' }
  | { name: 'contact.add' }
  | { name: 'invite' }
  | { name: 'contact.edit'; user: PeerId }
  | { name: 'common'; user: PeerId }
  | { name: 'new.group' }
  | { name: 'new.channel' }
  | { name: 'profile'; chat: PeerId }
  | { name: 'members'; chat: PeerId; kind: 'all' | 'admins' | 'restricted' | 'out' }
  | { name: 'members.add'; chat: PeerId }
  | { name: 'admin'; chat: PeerId; user: PeerId }
  | { name: 'restrict'; chat: PeerId; user: PeerId }
  | { name: 'edit'; chat: PeerId }
  | { name: 'rights'; chat: PeerId }
  | { name: 'access'; chat: PeerId } // public under a name, or private
  | { name: 'discussion'; chat: PeerId }
  | { name: 'links'; chat: PeerId }
  | { name: 'link'; chat: PeerId; link: string }
  | { name: 'link.edit'; chat: PeerId; link: string } // '': a new one
  | { name: 'requests'; chat: PeerId }
  | { name: 'log'; chat: PeerId }
  | { name: 'topics'; chat: PeerId }
  | { name: 'topic.edit'; chat: PeerId; topic: number } // 0: a new one
  | { name: 'search'; chat: PeerId; query?: string }
  | { name: 'pinned'; chat: PeerId; top?: number }
  | { name: 'scheduled'; chat: PeerId }
  | { name: 'reactions'; chat: PeerId; id: number }
  | { name: 'poll'; chat: PeerId; id: number }

export const place = signal<Place | null>(null)
export const left = signal<readonly Panel[]>([])
export const right = signal<readonly Panel[]>([])

type Undo = () => boolean | void // false: there was nothing left to undo

const journal: Undo[] = [] // how to undo each step, the last one last
let returning: Promise<void> | null = null // while the browser goes back, which takes it a moment

function push(undo: Undo): void {
  journal.push(undo)
  history.pushState({ depth: journal.length }, '')
}

/** Take a step that Back undoes. */
export function step(undo: Undo): void {
  if (returning === null) push(undo)
  else void returning.then(() => push(undo))
}

/** Undo the last step, as the browser's Back does; resolves once it is undone. */
export function back(): Promise<void> {
  return undo(1)
}

function undo(steps: number): Promise<void> {
  const before = returning ?? Promise.resolve()
  const now = before.then(() => {
    const by = Math.min(steps, journal.length)
    if (by === 0) return undefined
    return new Promise<void>((done) => {
      addEventListener('popstate', () => done(), { once: true })
      history.go(-by)
    })
  })
  returning = now
  void now.then(() => {
    if (returning === now) returning = null
  })
  return now
}

history.replaceState({ depth: 0 }, '') // what lies behind belongs to an earlier page
addEventListener('popstate', () => {
  const depth = (history.state as { depth?: number } | null)?.depth ?? 0
  let undone: boolean | void = true
  while (journal.length > depth) undone = journal.pop()?.()
  if (undone === false) void back()
})

/** Open a conversation; of a forum the list of its topics, unless `whole` asks for all of them as one. */
export function openChat(
  chat: PeerId,
  { top = 0, at = 0, whole = false }: { top?: number; at?: number; whole?: boolean } = {},
): void {
  if (top === 0 && at === 0 && !whole && peers.peek().get(chat)?.forum === true) {
    const shown = left.peek().some((one) => one.name === 'topics' && one.chat === chat)
    if (!shown) openPanel('left', { name: 'topics', chat })
    return
  }
  const before = place.peek()
  const next = { chat, top, at }
  if (before === null || (top !== 0 && before.top === 0)) {
    step(() => {
      if (place.peek() === before) return false
      place.value = before
    })
  }
  if (before?.chat !== chat) right.value = []
  place.value = next
}

/** Give the focus back to what had it before something was opened, once that is drawn again. */
export function focusAgain(from: Element | null): void {
  requestAnimationFrame(() => {
    if (from instanceof HTMLElement && from.isConnected) from.focus()
  })
}

/** Close the conversation: I have left it, or it is gone. */
export function closeChat(): void {
  place.value = null
}

/** Open a panel on a side, over those that are open there. */
export function openPanel(side: 'left' | 'right', panel: Panel): void {
  const stack = side === 'left' ? left : right
  const from = document.activeElement
  step(() => {
    if (!stack.peek().includes(panel)) return false
    stack.value = stack.peek().filter((one) => one !== panel)
    focusAgain(from)
  })
  stack.value = [...stack.peek(), panel]
}

/** Close the panels of a side: what they were opened for is done. */
export function closePanels(side: 'left' | 'right'): Promise<void> {
  return undo((side === 'left' ? left : right).peek().length)
}

/** Close everything: somebody logged out. */
export function closeAll(): void {
  journal.length = 0
  history.replaceState({ depth: 0 }, '')
  place.value = null
  left.value = []
  right.value = []
}
