/** What it means that messages are on the screen: they are read, mentions in them are seen, views of posts are counted. */

import { call, inputChannel, inputPeer } from '../api.ts'
import { refreshChats } from '../chats/actions.ts'
import type { Message, PeerId } from '../model/types.ts'
import { apply, dialogs, history, peer } from '../store.ts'
import { isChannelId } from '../translate/peers.ts'
import { readThread } from '../groups/topics.ts'
import { readTo } from './actions.ts'

const GATHER_MS = 400 // in which what is seen is gathered for one call
const COUNTED_MAX = 5_000 // posts whose view was counted once already

interface Pending {
  top: number
  upTo: number
  opened: Set<number> // mentions that were seen
  viewed: Set<number> // posts to be counted
  reactions: boolean // some that others put were seen
}

const pending = new Map<string, Pending>() // by chat and topic
const counted = new Set<string>()

/** Take note of messages that are seen now. */
export function saw(chat: PeerId, top: number, messages: readonly Message[]): void {
  const key = `${chat}/${top}`
  let noted = pending.get(key)
  if (noted === undefined) {
    noted = { top, upTo: 0, opened: new Set(), viewed: new Set(), reactions: false }
    pending.set(key, noted)
    setTimeout(() => void tell(chat, key).catch(() => undefined), GATHER_MS)
  }
  const channel = peer(chat).peek()?.kind === 'channel'
  for (const message of messages) {
    if (message.id < 0) continue
    noted.upTo = Math.max(noted.upTo, message.id)
    if (message.mentioned && message.unheard && !spoken(message)) noted.opened.add(message.id)
    if (channel && message.views > 0 && !counted.has(`${chat}/${message.id}`)) noted.viewed.add(message.id)
    if (message.out && message.reactions.some(({ fresh }) => fresh === true)) noted.reactions = true
  }
}

/** A voice message or a round video: it is heard only when it is played. */
function spoken({ media }: Message): boolean {
  return media?.is === 'document' && ['voice', 'round'].includes(media.document.kind)
}

async function tell(chat: PeerId, key: string): Promise<void> {
  const noted = pending.get(key)
  pending.delete(key)
  if (noted === undefined) return
  const { top, upTo, opened, viewed, reactions } = noted
  if (top === 0) await readTo(chat, upTo)
  else await readThread(chat, top, upTo)
  if (opened.size > 0) await open(chat, [...opened])
  if (viewed.size > 0) await count(chat, [...viewed])
  if (reactions) await readReactions(chat)
}

async function open(chat: PeerId, id: number[]): Promise<void> {
  apply({ type: 'heard', chat: isChannelId(chat) ? chat : null, ids: id })
  if (isChannelId(chat)) await call({ _: 'channels.readMessageContents', channel: inputChannel(chat), id })
  else await call({ _: 'messages.readMessageContents', id })
  await refreshChats([chat])
}

async function count(chat: PeerId, id: number[]): Promise<void> {
  for (const one of id) counted.add(`${chat}/${one}`)
  if (counted.size > COUNTED_MAX) counted.clear()
  const answer = await call({ _: 'messages.getMessagesViews', peer: inputPeer(chat), id, increment: true })
  for (const [at, one] of id.entries()) {
    const { views, replies } = answer.views[at] ?? {}
    if (views !== undefined) apply({ type: 'views', chat, id: one, views })
    if (replies?.comments === true) apply({ type: 'comments', chat, id: one, count: replies.replies })
  }
}

/** Take note that the reactions to my messages in a chat were looked at. */
async function readReactions(chat: PeerId): Promise<void> {
  const { messages } = history(chat).peek()
  for (const [id, { reactions }] of messages) {
    if (!reactions.some(({ fresh }) => fresh === true)) continue
    apply({ type: 'reactions', chat, id, reactions: reactions.map((one) => ({ ...one, fresh: false })) })
  }
  if ((dialogs.peek().byChat.get(chat)?.reactions ?? 0) === 0) return
  await call({ _: 'messages.readReactions', peer: inputPeer(chat) })
  await refreshChats([chat])
}
