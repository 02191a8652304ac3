/** Notifications while a page is open that nobody looks at; one tab shows them. */

import { cut, messageText } from '../chats/summary.ts'
import { alone } from '../kept/locks.ts'
import type { Message, PeerId } from '../model/types.ts'
import { openChat, place } from '../nav.ts'
import { wantsNotifications } from '../settings/push.ts'
import { dialogs, onForget, peer, watch } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'

const LOCK = 'notices' // held by the tab that shows them
let mine = false
let begun = false

/** Say whether a message is one to be told of: it is new, another's, not muted, and not being read. */
function tells(message: Message): boolean {
  if (message.out || message.service !== null || message.silent) return false
  const dialog = dialogs.peek().byChat.get(message.chat)
  const muted = (dialog?.notify.mutedUntil ?? 0) > Date.now() / 1000
  if (muted && !message.mentioned) return false
  return !(document.hasFocus() && place.peek()?.chat === message.chat)
}

function show(message: Message): void {
  const where = nameOf(peer(message.chat).peek())
  const from = nameOf(peer(message.from).peek())
  const title = message.chat === message.from ? from : `${from} · ${where}`
  const previews = dialogs.peek().byChat.get(message.chat)?.notify.previews ?? true
  const notice = new Notification(title, {
    body: previews ? cut(messageText(message)) : '',
    tag: `${message.chat}`,
    icon: '/icon-192.png',
  })
  notice.onclick = () => {
    window.focus()
    openChat(message.chat)
    notice.close()
  }
}

const GATHER_MS = 250 // in which a chat's messages are gathered: the newest is shown

const due = new Map<PeerId, Message>()

function showDue(): void {
  const messages = [...due.values()]
  due.clear()
  if (!wantsNotifications()) return // asked last: to ask takes the browser milliseconds
  for (const message of messages) show(message)
}

onForget(() => due.clear())

/** Begin to tell of messages, as long as this tab is the one that does. */
export function startNotices(): void {
  if (begun) return // somebody else has logged in on the same page
  begun = true
  void alone(LOCK, () => {
    mine = true
    return new Promise<void>(() => undefined) // until the tab is closed
  })
  watch((event) => {
    if (event.type !== 'message' || !event.fresh || !mine || document.hasFocus() || !tells(event.message)) return
    if (due.size === 0) setTimeout(showDue, GATHER_MS)
    due.set(event.message.chat, event.message)
  })
}
