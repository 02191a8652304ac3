/** Asking for the photos and films of a chat, page by page. */

import { call, inputPeer, messagesOf } from '../api.ts'
import type { Message, PeerId } from '../model/types.ts'
import * as gallery from './gallery.ts'

const PAGE = 40

async function ask(chat: PeerId, top: number, offsetId: number, addOffset: number): Promise<Message[]> {
  const answer = await call({
    _: 'messages.search',
    peer: inputPeer(chat),
    q: '',
    filter: { _: 'inputMessagesFilterPhotoVideo' },
    minDate: 0,
    maxDate: 0,
    offsetId,
    addOffset,
    limit: PAGE,
    maxId: 0,
    minId: 0,
    hash: 0n,
    ...(top === 0 ? {} : { topMsgId: top }),
  })
  return messagesOf(answer)
}

/** Add what stands around a message. */
export async function around(now: gallery.Gallery, message: Message, top: number): Promise<gallery.Gallery> {
  const half = PAGE / 2
  const found = await ask(message.chat, top, message.id, -half)
  const newer = found.filter(({ id }) => id >= message.id).length
  return gallery.found(now, found, { start: found.length - newer < half, end: newer < half })
}

/** Add older ones (`by` -1) or newer ones than all that are known. */
export async function further(now: gallery.Gallery, chat: PeerId, top: number, by: 1 | -1): Promise<gallery.Gallery> {
  if (by === -1) {
    const found = await ask(chat, top, now.messages[0]?.id ?? 0, 0)
    return gallery.found(now, found, { start: found.length < PAGE, end: false })
  }
  const newest = now.messages.at(-1)?.id ?? 0
  const found = await ask(chat, top, newest + 1, -PAGE)
  const fresh = found.filter(({ id }) => id > newest)
  return gallery.found(now, found, { start: false, end: fresh.length < PAGE - 1 })
}
