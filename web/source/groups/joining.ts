/** Coming into groups and channels: by their name, or by an invite link. */

import { signal } from '@preact/signals'

import { call, inputChannel, onEnd, Refused } from '../api.ts'
import { refreshChats } from '../chats/actions.ts'
import { CHANNEL_OFFSET, type PeerId } from '../model/types.ts'
import { chat as peerOf } from '../translate/peers.ts'
import type * as api from '../translate/tl.ts'
import { dialogs, peers, watch } from '../store.ts'
import { refreshFull } from '../people/full.ts'
import { say } from '../ui/overlays.tsx'
import { t } from '../words.ts'

/** Where I asked to be let in, as far as this page knows. */
export const asked = signal<ReadonlySet<PeerId>>(new Set())

/** Return the group or channel that the updates of coming in name. */
function entered(updates: object): PeerId | null {
  const { chats = [] } = updates as { chats?: api.Chat[] }
  const [first] = chats
  return first === undefined ? null : peerOf(first).id
}

/** Say that somebody who may will decide; other refusals are passed on. */
function requested(error: unknown, chat: PeerId | null): null {
  if (!(error instanceof Refused) || error.text !== 'INVITE_REQUEST_SENT') throw error
  if (chat !== null) asked.value = new Set([...asked.peek(), chat])
  say(t('groups.asked'))
  return null
}

async function arrived(chat: PeerId | null): Promise<PeerId | null> {
  if (chat === null) return null
  await Promise.all([refreshChats([chat]), refreshFull(chat)])
  return chat
}

/** Come into a public group or channel; null if one has to be let in first. */
export async function join(chat: PeerId): Promise<PeerId | null> {
  try {
    await call({ _: 'channels.joinChannel', channel: inputChannel(chat) })
  } catch (error) {
    return requested(error, chat)
  }
  return arrived(chat)
}

/** Come in by the code of a link; null if one has to be let in first. */
export async function joinBy(hash: string): Promise<PeerId | null> {
  try {
    const answer = await call({ _: 'messages.importChatInvite', hash })
    if (answer._ !== 'messages.chatInviteJoinResultOk') return null
    return await arrived(entered(answer.updates))
  } catch (error) {
    return requested(error, null)
  }
}

/** Somebody put me into a group or channel: its row is read. */
watch((event) => {
  if (event.type !== 'stale' || event.peer >= CHANNEL_OFFSET || dialogs.peek().byChat.has(event.peer)) return
  const where = peers.peek().get(event.peer)
  if (where?.left === false && where.forbidden !== true) void refreshChats([event.peer]).catch(() => undefined)
})

watch((event) => {
  if (event.type !== 'peers' || asked.peek().size === 0) return
  const inside = new Set(event.peers.filter(({ left }) => left === false).map(({ id }) => id))
  if (![...asked.peek()].some((id) => inside.has(id))) return
  asked.value = new Set([...asked.peek()].filter((id) => !inside.has(id)))
})

onEnd(() => {
  asked.value = new Set()
})
