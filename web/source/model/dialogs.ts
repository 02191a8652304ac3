/** The list of chats: which there are, in which order, and what their rows say. Pure. */

import type { Event } from './events.ts'
import { CHANNEL_OFFSET, type Dialog, type Message, type Peer, type PeerId } from './types.ts'

export interface Dialogs {
  byChat: ReadonlyMap<PeerId, Dialog>
  tops: ReadonlyMap<PeerId, Message> // the newest message of each
  pinned: Readonly<Record<number, readonly PeerId[]>> // by folder, in their order
}

export const NONE: Dialogs = { byChat: new Map(), tops: new Map(), pinned: {} }

/** Return the chats of a folder as they are listed: pinned ones first, then the newest first. */
export function listed(dialogs: Dialogs, folder: number): Dialog[] {
  const order = dialogs.pinned[folder] ?? []
  const place = new Map(order.map((chat, index) => [chat, index]))
  const rank = (one: Dialog): number => (one.pinned ? (place.get(one.chat) ?? order.length) : Infinity)
  return [...dialogs.byChat.values()]
    .filter((one) => one.folder === folder)
    .sort((one, other) => {
      const ranks = [rank(one), rank(other)] as const
      if (ranks[0] !== ranks[1]) return ranks[0] - ranks[1]
      return other.date - one.date || other.top - one.top
    })
}

/** Return how much is unread in a folder's chats that are not muted. */
export function unreadIn(dialogs: Dialogs, folder: number, now: number): number {
  let sum = 0
  for (const one of dialogs.byChat.values()) {
    if (one.folder === folder && one.notify.mutedUntil <= now) sum += one.unread || (one.marked ? 1 : 0)
  }
  return sum
}

function changed(dialogs: Dialogs, chat: PeerId, change: (dialog: Dialog) => Dialog): Dialogs {
  const known = dialogs.byChat.get(chat)
  if (known === undefined) return dialogs
  return { ...dialogs, byChat: new Map(dialogs.byChat).set(chat, change(known)) }
}

/** Return a row for a chat nobody has written in as far as this page knew. */
export function unheardOf(message: Message): Dialog {
  return {
    chat: message.chat,
    top: message.id,
    unread: 0,
    mentions: 0,
    reactions: 0,
    marked: false,
    readInbox: message.id - 1,
    readOutbox: 0,
    pinned: false,
    folder: 0,
    draft: null,
    notify: { mutedUntil: 0, silent: false, previews: true },
    date: message.date,
    topicOnly: false,
  }
}

function received(dialogs: Dialogs, message: Message): Dialogs {
  const known = dialogs.byChat.get(message.chat) ?? unheardOf(message)
  if (message.id <= known.top && dialogs.byChat.has(message.chat)) {
    const top = dialogs.tops.get(message.chat)
    if (top?.id !== message.id) return dialogs
    return { ...dialogs, tops: new Map(dialogs.tops).set(message.chat, message) }
  }
  const counts = !message.out && message.id > known.readInbox
  const row: Dialog = {
    ...known,
    top: message.id,
    date: Math.max(message.date, known.draft?.date ?? 0),
    unread: message.out ? 0 : known.unread + (counts ? 1 : 0),
    readInbox: message.out ? Math.max(known.readInbox, message.id) : known.readInbox,
    mentions: known.mentions + (message.mentioned && counts ? 1 : 0),
  }
  return {
    ...dialogs,
    byChat: new Map(dialogs.byChat).set(message.chat, row),
    tops: new Map(dialogs.tops).set(message.chat, message),
  }
}

function pinnedAnew(dialogs: Dialogs, chat: PeerId, pinned: boolean): Dialogs {
  const known = dialogs.byChat.get(chat)
  if (known === undefined) return dialogs
  const others = (dialogs.pinned[known.folder] ?? []).filter((one) => one !== chat)
  const order = pinned ? [chat, ...others] : others
  const next = changed(dialogs, chat, (one) => ({ ...one, pinned }))
  return { ...next, pinned: { ...next.pinned, [known.folder]: order } }
}

function paged(dialogs: Dialogs, rows: readonly Dialog[], messages: readonly Message[]): Dialogs {
  const byChat = new Map(dialogs.byChat)
  const tops = new Map(dialogs.tops)
  const pinned: Record<number, readonly PeerId[]> = { ...dialogs.pinned }
  for (const message of messages) {
    const known = tops.get(message.chat)
    if (known === undefined || known.id <= message.id) tops.set(message.chat, message)
  }
  for (const row of rows) {
    const known = byChat.get(row.chat)
    // the answer may have been on its way while more was read here
    const behind = known !== undefined && known.readInbox > row.readInbox
    byChat.set(row.chat, behind ? { ...row, readInbox: known.readInbox, unread: Math.min(row.unread, known.unread) } : row)
    const order = pinned[row.folder] ?? []
    if (row.pinned && !order.includes(row.chat)) pinned[row.folder] = [...order, row.chat]
  }
  return { byChat, tops, pinned }
}

function withoutMessages(dialogs: Dialogs, chat: PeerId | null, ids: readonly number[]): Dialogs {
  const gone = new Set(ids)
  const tops = new Map(dialogs.tops)
  let touched = false
  for (const [place, top] of dialogs.tops) {
    const mailbox = place > CHANNEL_OFFSET
    if ((chat === null ? mailbox : place === chat) && gone.has(top.id)) {
      tops.delete(place)
      touched = true
    }
  }
  return touched ? { ...dialogs, tops } : dialogs
}

/** Leave out channels and supergroups that I am not in any more. */
function withoutLeft(dialogs: Dialogs, peers: readonly Peer[]): Dialogs {
  const gone = peers.filter(({ id, left, min }) => left === true && !min && id < CHANNEL_OFFSET && dialogs.byChat.has(id))
  if (gone.length === 0) return dialogs
  const byChat = new Map(dialogs.byChat)
  for (const { id } of gone) byChat.delete(id)
  return { ...dialogs, byChat }
}

/** Say whether an event is told of a place I only look into, as of a discussion: it stands in no list. */
export function isOutside(peers: ReadonlyMap<PeerId, Peer>, event: Event): boolean {
  if (event.type !== 'message' && event.type !== 'sent') return false
  const where = peers.get(event.message.chat)
  return where?.left === true && where.id < CHANNEL_OFFSET
}

/** Return the list after an event. */
export function reduce(dialogs: Dialogs, event: Event): Dialogs {
  switch (event.type) {
    case 'peers':
      return withoutLeft(dialogs, event.peers)
    case 'dialogs':
      return paged(dialogs, event.dialogs, event.messages)
    case 'dialogs.anew': {
      const byChat = new Map([...dialogs.byChat].filter(([, one]) => one.folder !== event.folder))
      return { ...dialogs, byChat, pinned: { ...dialogs.pinned, [event.folder]: [] } }
    }
    case 'message':
    case 'sent':
      return received(dialogs, event.message)
    case 'edited': {
      const top = dialogs.tops.get(event.message.chat)
      if (top?.id !== event.message.id) return dialogs
      return { ...dialogs, tops: new Map(dialogs.tops).set(top.chat, event.message) }
    }
    case 'removed':
      return withoutMessages(dialogs, event.chat, event.ids)
    case 'dialog.gone': {
      const byChat = new Map(dialogs.byChat)
      byChat.delete(event.chat)
      return { ...dialogs, byChat }
    }
    case 'dialog.pinned':
      return pinnedAnew(dialogs, event.chat, event.pinned)
    case 'dialogs.order': {
      const kept = new Set(event.pinned)
      const byChat = new Map(dialogs.byChat)
      for (const [chat, one] of byChat) {
        if (one.folder === event.folder) byChat.set(chat, { ...one, pinned: kept.has(chat) })
      }
      return { ...dialogs, byChat, pinned: { ...dialogs.pinned, [event.folder]: event.pinned } }
    }
    case 'dialog.folder':
      return changed(dialogs, event.chat, (one) => ({ ...one, folder: event.folder, pinned: false }))
    case 'dialog.marked':
      return changed(dialogs, event.chat, (one) => ({ ...one, marked: event.marked }))
    case 'dialog.unread':
      return changed(dialogs, event.chat, (one) => ({ ...one, unread: event.unread }))
    case 'dialog.mentions':
      return changed(dialogs, event.chat, (one) => ({ ...one, mentions: event.mentions }))
    case 'draft':
      return changed(dialogs, event.chat, (one) => ({
        ...one,
        draft: event.draft,
        date: Math.max(dialogs.tops.get(event.chat)?.date ?? 0, event.draft?.date ?? 0) || one.date,
      }))
    case 'notify':
      return changed(dialogs, event.chat, (one) => ({ ...one, notify: event.notify }))
    case 'read.inbox':
      return changed(dialogs, event.chat, (one) =>
        event.upTo < one.readInbox ? one : { ...one, readInbox: event.upTo, unread: event.unread, marked: false },
      )
    case 'read.outbox':
      return changed(dialogs, event.chat, (one) => ({
        ...one,
        readOutbox: Math.max(one.readOutbox, event.upTo),
      }))
    default:
      return dialogs
  }
}
