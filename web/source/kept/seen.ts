/** What is kept of the list of chats, of their topics and newest messages, to be read without a network. Pure. */

import { type Dialogs, listed } from '../model/dialogs.ts'
import type { History } from '../model/history.ts'
import type { Peers } from '../model/peers.ts'
import { type Forum, ordered } from '../model/topics.ts'
import type { Dialog, Message, Peer, PeerId, Topic } from '../model/types.ts'
import type { About } from '../engine/protocol.ts'

export const ROWS_MAX = 100 // chats of the list
export const ARCHIVED_MAX = 30 // of those that are archived
export const TOPICS_MAX = 50 // topics of a group
export const PLACES_MAX = 40 // chats and topics of which messages are kept, and groups of which topics are
export const MESSAGES_MAX = 50 // the newest of each
export const ROW_BYTES_MAX = 512 * 1024 // of one chat's messages, or of the list; larger ones are not kept

/** The list of chats at a moment. */
export interface SeenList {
  at: number // seconds of Unix time
  self: PeerId
  about: About | null
  peers: Peer[]
  dialogs: Dialog[]
  tops: Message[]
}

/** The newest messages of a chat, topic or thread at a moment, the newest first. */
export interface SeenChat {
  at: number // seconds of Unix time
  chat: PeerId
  peers: Peer[]
  messages: Message[]
}

/** The topics of a group at a moment, those last written in. */
export interface SeenForum {
  at: number // seconds of Unix time
  peers: Peer[]
  topics: Topic[]
  messages: Message[] // the newest of each
}

/** Return everybody a message names. */
function namedIn(message: Message): PeerId[] {
  const { chat, from, forward, service, bot, reply } = message
  const origin = reply?.origin?.from
  return [chat, from, forward?.from ?? 0, bot, origin ?? 0, ...(service?.people ?? [])]
}

function known(peers: Peers, ids: Iterable<PeerId>): Peer[] {
  return [...new Set(ids)].map((id) => peers.get(id)).filter((one) => one !== undefined)
}

/** Return what is kept of the list and of the archive, as far as there is room. */
export function seenList(state: { at: number; self: PeerId; about: About | null; peers: Peers; dialogs: Dialogs }): SeenList {
  const { at, self, about, peers, dialogs } = state
  const rows = [...listed(dialogs, 0).slice(0, ROWS_MAX), ...listed(dialogs, 1).slice(0, ARCHIVED_MAX)]
  const tops = rows.map(({ chat }) => dialogs.tops.get(chat)).filter((one) => one !== undefined)
  const ids = [self, ...rows.map(({ chat }) => chat), ...tops.flatMap(namedIn)]
  return { at, self, about, peers: known(peers, ids), dialogs: rows, tops }
}

/** Return what is kept of a chat, topic or thread; null where its newest messages are not at hand. */
export function seenChat(history: History, peers: Peers, at: number): SeenChat | null {
  if (!history.known || !history.end || history.ids.length === 0) return null
  const messages = history.ids
    .slice(-MESSAGES_MAX)
    .reverse()
    .map((id) => history.messages.get(id))
    .filter((one) => one !== undefined)
  return { at, chat: history.chat, peers: known(peers, messages.flatMap(namedIn)), messages }
}

/** Return what is kept of a group's topics. */
export function seenForum(forum: Forum, peers: Peers, at: number): SeenForum {
  const topics = ordered(forum).slice(0, TOPICS_MAX)
  const messages = topics.map(({ id }) => forum.tops.get(id)).filter((one) => one !== undefined)
  return { at, peers: known(peers, messages.flatMap(namedIn)), topics, messages }
}

/** Return which of the kept places go: those that were kept longest ago, beyond as many as there may be. */
export function superfluous(kept: readonly { name: string; at: number }[]): string[] {
  return [...kept]
    .sort((one, other) => other.at - one.at)
    .slice(PLACES_MAX)
    .map(({ name }) => name)
}
