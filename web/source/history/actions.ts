/** Reading a chat's messages: pages of them, single ones, and how far it was read. */

import { call, inputChannel, inputPeer, messagesOf } from '../api.ts'
import { readUpTo } from '../chats/actions.ts'
import { isOnline } from '../kept/keeping.ts'
import { CHANNEL_OFFSET, type Message, type PeerId } from '../model/types.ts'
import { apply, dialogs, history } from '../store.ts'
import { countBetween } from './rows.ts'

const PAGE = 50 // messages asked for at once
const loading = new Map<string, Promise<void>>()

interface Asked {
  offsetId: number
  offsetDate?: number
  addOffset: number
  limit: number
}

/** Ask for messages of a chat, or of a topic or discussion; the newest first. */
async function ask(chat: PeerId, top: number, asked: Asked): Promise<Message[]> {
  const common = { peer: inputPeer(chat), offsetDate: 0, maxId: 0, minId: 0, hash: 0n, ...asked }
  const answer =
    top === 0
      ? await call({ _: 'messages.getHistory', ...common })
      : await call({ _: 'messages.getReplies', msgId: top, ...common })
  return messagesOf(answer)
}

/** At its beginning a topic or discussion shows what it began with: the post that is commented on. */
async function withRoot(chat: PeerId, top: number, messages: Message[]): Promise<Message[]> {
  if (top === 0 || messages.length >= PAGE || messages.some(({ id }) => id === top)) return messages
  if (chat > CHANNEL_OFFSET) return messages
  const id = [{ _: 'inputMessageID' as const, id: top }]
  const answer = await call({ _: 'channels.getMessages', channel: inputChannel(chat), id }).catch(() => ({ messages: [] }))
  return [...messages, ...messagesOf(answer)]
}

function once(key: string, work: () => Promise<void>): Promise<void> {
  let under = loading.get(key)
  if (under === undefined) {
    under = work().finally(() => loading.delete(key))
    loading.set(key, under)
  }
  return under
}

/** Load the newest page. */
export function loadNewest(chat: PeerId, top: number): Promise<void> {
  return once(`${chat}/${top}/new`, async () => {
    const found = await ask(chat, top, { offsetId: 0, addOffset: 0, limit: PAGE })
    const messages = await withRoot(chat, top, found)
    const page = { from: 'around', messages, reachesStart: found.length < PAGE, reachesEnd: true } as const
    apply({ type: 'page', chat, top, page })
  })
}

/** Load messages around one, half of them newer. */
export function loadAround(chat: PeerId, top: number, id: number): Promise<void> {
  return once(`${chat}/${top}/around/${id}`, async () => {
    const half = PAGE / 2
    const messages = await ask(chat, top, { offsetId: id, addOffset: -half, limit: PAGE })
    const newer = messages.filter((one) => one.id >= id).length
    const older = messages.length - newer
    const page = { from: 'around', messages, reachesStart: older < half, reachesEnd: newer < half } as const
    apply({ type: 'page', chat, top, page })
  })
}

/** Return the number of the first message of a day or after it (seconds of Unix time); 0 if there is none. */
export async function firstOfDay(chat: PeerId, top: number, from: number): Promise<number> {
  const found = await ask(chat, top, { offsetId: 0, offsetDate: from, addOffset: -1, limit: 1 })
  const [first] = found
  if (first !== undefined && first.date >= from) return first.id
  const [newest] = await ask(chat, top, { offsetId: 0, addOffset: 0, limit: 1 })
  return first?.id ?? newest?.id ?? 0
}

export function loadOlder(chat: PeerId, top: number): Promise<void> {
  return once(`${chat}/${top}/older`, async () => {
    const { ids, start } = history(chat, top).peek()
    const oldest = ids[0]
    if (oldest === undefined || start) return
    const found = await ask(chat, top, { offsetId: oldest, addOffset: 0, limit: PAGE })
    const messages = await withRoot(chat, top, found)
    const page = { from: 'older', messages, reachesStart: found.length < PAGE, reachesEnd: false } as const
    apply({ type: 'page', chat, top, page }, { type: 'trim', chat, top, keep: 'older' })
  })
}

export function loadNewer(chat: PeerId, top: number): Promise<void> {
  return once(`${chat}/${top}/newer`, async () => {
    const { ids, end } = history(chat, top).peek()
    const newest = ids.at(-1)
    if (newest === undefined || end) return
    const messages = await ask(chat, top, { offsetId: newest + 1, addOffset: -PAGE, limit: PAGE })
    const fresh = messages.filter((one) => one.id > newest)
    const page = { from: 'newer', messages: fresh, reachesStart: false, reachesEnd: fresh.length < PAGE - 1 } as const
    apply({ type: 'page', chat, top, page }, { type: 'trim', chat, top, keep: 'newer' })
  })
}

const reading = new Map<PeerId, number>() // how far reading was told, or is about to be

/** Tell the server that a chat was read up to a message that is on the screen. */
export async function readTo(chat: PeerId, id: number): Promise<void> {
  if (!isOnline()) return // looked at again once there is a network
  const dialog = dialogs.peek().byChat.get(chat)
  if (dialog === undefined || id <= Math.max(dialog.readInbox, reading.get(chat) ?? 0)) return
  reading.set(chat, id)
  const messages = [...history(chat).peek().messages.values()]
  const read = countBetween(messages, dialog.readInbox, id)
  const unread = id >= dialog.top ? 0 : Math.max(0, dialog.unread - read)
  apply({ type: 'read.inbox', chat, upTo: id, unread })
  try {
    await readUpTo(chat, id)
  } catch (error) {
    if (reading.get(chat) === id) reading.delete(chat) // it is told when it is seen again
    throw error
  }
}
