/** What can be done to single messages. */

import { call, inputChannel, inputPeer } from '../api.ts'
import { discard, resend } from '../compose/outbox.ts'
import type { Doc, Message, PeerId } from '../model/types.ts'
import { apply, peer } from '../store.ts'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { optionBytes } from './poll_rules.ts'

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
    call({ _: 'messages.sendReaction', peer: inputPeer(message.chat), msgId: message.id, reaction, addToRecent: true }),
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

/** Pin a message or unpin it; `silent`: without telling the members; `oneside`: not for the other person. */
export async function pin(
  message: Message,
  pinned: boolean,
  { silent = false, oneside = false }: { silent?: boolean; oneside?: boolean } = {},
): Promise<void> {
  await call({
    _: 'messages.updatePinnedMessage',
    peer: inputPeer(message.chat),
    id: message.id,
    ...(pinned ? {} : { unpin: true }),
    ...(silent ? { silent: true } : {}),
    ...(oneside ? { pmOneside: true } : {}),
  })
  apply({ type: 'pins', chat: message.chat, ids: [message.id], pinned })
}

export async function copyLink(message: Message): Promise<void> {
  const { link } = await call({
    _: 'channels.exportMessageLink',
    channel: inputChannel(message.chat),
    id: message.id,
    ...(message.album === '' ? {} : { grouped: true }),
  })
  await navigator.clipboard.writeText(link)
  say(t('history.copied.link'))
}

/** Return when the other read a message of mine (seconds of Unix time); refused where they do not show it. */
export async function readAt(message: Message): Promise<number> {
  const { date } = await call({ _: 'messages.getOutboxReadDate', peer: inputPeer(message.chat), msgId: message.id })
  return date
}

export function retry(message: Message): void {
  resend(message.id)
}

/** End a poll: nobody votes any more. */
export async function stopPoll(message: Message): Promise<void> {
  const { media } = message
  if (media?.is !== 'poll') return
  const { id, question, options } = media.poll
  const plain = (text: string) => ({ _: 'textWithEntities' as const, text, entities: [] })
  const answers = options.map(({ key, text }) => ({ _: 'pollAnswer' as const, text: plain(text), option: optionBytes(key) }))
  const poll = { _: 'poll' as const, id: BigInt(id), hash: 0n, closed: true, question: plain(question), answers }
  await call({
    _: 'messages.editMessage',
    peer: inputPeer(message.chat),
    id: message.id,
    media: { _: 'inputMediaPoll', poll },
  })
}

/** Keep a moving picture at hand. */
export async function keepGif({ input }: Doc): Promise<void> {
  await call({ _: 'messages.saveGif', id: { _: 'inputDocument', ...input }, unsave: false })
  say(t('history.gif.kept'))
}

/** Report messages of one chat: the server asks what is wrong with them. */
export function report(messages: readonly Message[]): void {
  void import('../groups/reporting.tsx').then(({ openReport }) => openReport(messages))
}
