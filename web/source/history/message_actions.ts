/** What can be done to single messages. */

import { call, inputChannel, inputPeer } from '../api.ts'
import type { Message, PeerId } from '../model/types.ts'
import { apply, peer } from '../store.ts'
import { discard, resend } from '../compose/outbox.ts'
import { attempt } from '../ui/refusals.ts'

/** Add one's reaction, or take it back. */
export function react(message: Message, key: string): void {
  const mine = message.reactions.filter(({ chosen }) => chosen).map((one) => one.key)
  const next = mine.includes(key) ? mine.filter((one) => one !== key) : [key]
  const reaction = next.map((one) =>
    one.startsWith('custom:')
      ? { _: 'reactionCustomEmoji' as const, documentId: BigInt(one.slice(7)) }
      : { _: 'reactionEmoji' as const, emoticon: one },
  )
  void attempt(() =>
    call({ _: 'messages.sendReaction', peer: inputPeer(message.chat), msgId: message.id, reaction }),
  )
}

/** Delete messages of one chat; `everybody`: for all who can see them. */
export async function remove(chat: PeerId, ids: number[], everybody: boolean): Promise<void> {
  const sent = ids.filter((id) => id > 0)
  for (const id of ids) if (id < 0) discard(id)
  if (sent.length === 0) return
  const where = peer(chat).peek()
  if (where?.kind === 'channel' || where?.kind === 'supergroup') {
    await call({ _: 'channels.deleteMessages', channel: inputChannel(chat), id: sent })
    apply({ type: 'removed', chat, ids: sent })
  } else {
    await call({ _: 'messages.deleteMessages', id: sent, revoke: everybody })
    apply({ type: 'removed', chat: null, ids: sent })
  }
}

export async function pin(message: Message, pinned: boolean, silent = false): Promise<void> {
  await call({
    _: 'messages.updatePinnedMessage',
    peer: inputPeer(message.chat),
    id: message.id,
    ...(pinned ? {} : { unpin: true }),
    ...(silent ? { silent: true } : {}),
  })
  apply({ type: 'pins', chat: message.chat, ids: [message.id], pinned })
}

export function retry(message: Message): void {
  resend(message.id)
}
