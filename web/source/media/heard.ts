/** Telling that a voice message or round video was played, as its sender is shown. */

import { call, inputChannel } from '../api.ts'
import type { Message } from '../model/types.ts'
import { apply, peer } from '../store.ts'

export async function markHeard(message: Message): Promise<void> {
  if (!message.unheard || message.out || message.id <= 0) return
  const { chat, id } = message
  const kind = peer(chat).peek()?.kind
  const ofChannel = kind === 'channel' || kind === 'supergroup'
  apply({ type: 'heard', chat: ofChannel ? chat : null, ids: [id] })
  const told = ofChannel
    ? call({ _: 'channels.readMessageContents', channel: inputChannel(chat), id: [id] })
    : call({ _: 'messages.readMessageContents', id: [id] })
  await told.catch(() => undefined) // it stays marked elsewhere, which harms nobody
}
