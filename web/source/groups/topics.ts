/** The topics of a forum: reading them, keeping them in step, and what can be done to them. */

import { call, inputChannel, inputPeer, messagesOf } from '../api.ts'
import { readUpTo } from '../chats/actions.ts'
import { isOnline, renewTopics, restoreTopics } from '../kept/keeping.ts'
import type { PeerId, Topic } from '../model/types.ts'
import { topicOf } from '../model/topics.ts'
import { randomId } from '../random.ts'
import { apply, dialogs, forums, watch } from '../store.ts'
import { topic as topicFrom } from '../translate/changes.ts'
import type { Answer } from '../link.ts'

const PAGE = 60 // topics asked for at once
const PAUSE_MS = 300 // after something came, before a topic is read anew

/** The colours a topic's icon can have, as the API writes them: https://core.telegram.org/api/forum */
export const COLOURS = [0x6fb9f0, 0xffd67e, 0xcb86db, 0x8eee98, 0xff93b2, 0xfb6f5f] as const

/** Return which of the colours a topic has, by its place. */
export function colourAt({ colour }: Pick<Topic, 'colour'>): number {
  return Math.max(0, COLOURS.indexOf(colour as (typeof COLOURS)[number]))
}

function taken(chat: PeerId, answer: Answer<'messages.getForumTopics'>, complete: boolean, anew = false): number {
  const topics = answer.topics.map(topicFrom).filter((one) => one !== null)
  apply({ type: 'topics', chat, topics, messages: messagesOf(answer), complete, anew })
  const gone = answer.topics.filter((one) => one._ === 'forumTopicDeleted').map(({ id }) => id)
  apply(...gone.map((id) => ({ type: 'topic.gone' as const, chat, topic: id })))
  return answer.topics.length
}

const loading = new Map<PeerId, Promise<void>>()

async function read(chat: PeerId, fresh: boolean): Promise<void> {
  const forum = fresh ? undefined : forums.peek().get(chat)
  const unpinned = [...(forum?.byId.values() ?? [])].filter(({ pinned }) => !pinned)
  const last = unpinned.reduce<Topic | null>((oldest, one) => (oldest === null || one.top < oldest.top ? one : oldest), null)
  const message = last === null ? undefined : forum?.tops.get(last.id)
  const answer = await call({
    _: 'messages.getForumTopics',
    peer: inputPeer(chat),
    offsetDate: message?.date ?? last?.date ?? 0,
    offsetId: last?.top ?? 0,
    offsetTopic: last?.id ?? 0,
    limit: PAGE,
  })
  const count = taken(chat, answer, answer.topics.length < PAGE, fresh && renewTopics(chat))
  if (count === 0) apply({ type: 'topics', chat, topics: [], messages: [], complete: true })
}

/** Read the next page of a forum's topics; `fresh`: the first one, whatever is known. Without a network, show what was kept. */
export function loadTopics(chat: PeerId, fresh = false): Promise<void> {
  if (!isOnline()) return fresh ? restoreTopics(chat) : Promise.resolve()
  let under = loading.get(chat)
  if (under === undefined) {
    under = read(chat, fresh).finally(() => loading.delete(chat))
    loading.set(chat, under)
  }
  return under
}

/** Read single topics anew. */
export async function refreshTopics(chat: PeerId, topics: number[]): Promise<void> {
  taken(chat, await call({ _: 'messages.getForumTopicsByID', peer: inputPeer(chat), topics }), false)
}

const changed = new Map<PeerId, Set<number>>()
let timer: ReturnType<typeof setTimeout> | undefined

function later(chat: PeerId, topic: number): void {
  changed.set(chat, (changed.get(chat) ?? new Set()).add(topic))
  clearTimeout(timer)
  timer = setTimeout(() => {
    for (const [place, topics] of changed) void refreshTopics(place, [...topics]).catch(() => undefined)
    changed.clear()
  }, PAUSE_MS)
}

/** Keep topics true that an update only hints at: a new one, another title, what of one was read. */
watch((event) => {
  if (event.type === 'topic.inbox') {
    const topic = forums.peek().get(event.chat)?.byId.get(event.topic)
    if (topic !== undefined && event.upTo < topic.top) later(event.chat, event.topic)
  } else if (event.type === 'topic.pinned') {
    if (forums.peek().get(event.chat)?.byId.has(event.topic) === false) later(event.chat, event.topic)
  } else if (event.type === 'removed' && event.chat !== null) {
    const forum = forums.peek().get(event.chat)
    if (forum === undefined) return
    const gone = new Set(event.ids)
    for (const topic of forum.byId.values()) if (gone.has(topic.top) || gone.has(topic.id)) later(event.chat, topic.id)
  } else if (event.type === 'message' && event.message.service !== null) {
    const forum = forums.peek().get(event.message.chat)
    const { key } = event.message.service
    if (forum !== undefined && (key === 'TopicCreate' || key === 'TopicEdit')) later(event.message.chat, topicOf(forum, event.message))
  }
})

/** A forum has as much unread as its topics have: reading them one by one does not move how far the whole was read. */
watch((event) => {
  const named = event.type === 'topics' || event.type === 'topic.inbox' || event.type === 'dialogs'
  const written = event.type === 'message' && event.fresh
  if (!named && !written) return
  for (const [chat, forum] of forums.peek()) {
    const row = dialogs.peek().byChat.get(chat)
    if (!forum.complete || row === undefined) continue
    const unread = [...forum.byId.values()].reduce((sum, topic) => sum + topic.unread, 0)
    if (unread === row.unread) continue
    apply({ type: 'dialog.unread', chat, unread })
    if (unread === 0 && event.type === 'topic.inbox') void readUpTo(chat, row.top).catch(() => undefined)
  }
})

/** Begin a topic and return its number. */
export async function makeTopic(chat: PeerId, title: string, colour: number): Promise<number> {
  const answer = await call({ _: 'messages.createForumTopic', peer: inputPeer(chat), title, iconColor: colour, randomId: randomId() })
  const updates = 'updates' in answer ? answer.updates : []
  const number = updates.find((one) => one._ === 'updateMessageID')
  const id = number?._ === 'updateMessageID' ? number.id : 0
  if (id > 0) await refreshTopics(chat, [id])
  return id
}

export async function renameTopic(chat: PeerId, topicId: number, title: string): Promise<void> {
  await call({ _: 'messages.editForumTopic', peer: inputPeer(chat), topicId, title })
  await refreshTopics(chat, [topicId])
}

/** Let only those write in it who manage topics; or all again. */
export async function closeTopic(chat: PeerId, topicId: number, closed: boolean): Promise<void> {
  await call({ _: 'messages.editForumTopic', peer: inputPeer(chat), topicId, closed })
  await refreshTopics(chat, [topicId])
}

export async function hideGeneral(chat: PeerId, hidden: boolean): Promise<void> {
  await call({ _: 'messages.editForumTopic', peer: inputPeer(chat), topicId: 1, hidden })
  await refreshTopics(chat, [1])
}

export async function pinTopic(chat: PeerId, topic: number, pinned: boolean): Promise<void> {
  await call({ _: 'messages.updatePinnedForumTopic', peer: inputPeer(chat), topicId: topic, pinned })
  apply({ type: 'topic.pinned', chat, topic, pinned })
}

/** Delete a topic with all that was written in it. */
export async function deleteTopic(chat: PeerId, topic: number): Promise<void> {
  for (let left = 1; left > 0; ) {
    const answer = await call({ _: 'messages.deleteTopicHistory', peer: inputPeer(chat), topMsgId: topic })
    left = answer.offset
  }
  apply({ type: 'topic.gone', chat, topic })
}

export async function muteTopic(chat: PeerId, topMsgId: number, until: number): Promise<void> {
  const peer = { _: 'inputNotifyForumTopic' as const, peer: inputPeer(chat), topMsgId }
  const settings = { _: 'inputPeerNotifySettings' as const, muteUntil: until }
  await call({ _: 'account.updateNotifySettings', peer, settings })
  const known = forums.peek().get(chat)?.byId.get(topMsgId)
  if (known !== undefined) apply({ type: 'topic.notify', chat, topic: topMsgId, notify: { ...known.notify, mutedUntil: until } })
}

const told = new Map<string, number>() // how far reading a topic or thread was told

/** Tell the server how far a topic, or the comments on a post, were read. */
export async function readThread(chat: PeerId, top: number, upTo: number): Promise<void> {
  const key = `${chat}/${top}`
  if (upTo <= (told.get(key) ?? 0)) return
  told.set(key, upTo)
  const topic = forums.peek().get(chat)?.byId.get(top)
  if (topic !== undefined && upTo <= topic.readInbox) return
  apply({ type: 'topic.inbox', chat, topic: top, upTo })
  await call({ _: 'messages.readDiscussion', peer: inputPeer(chat), msgId: top, readMaxId: upTo })
}

/** Show a forum as one conversation, or as topics again. */
export async function asMessages(chat: PeerId, enabled: boolean): Promise<void> {
  await call({ _: 'channels.toggleViewForumAsMessages', channel: inputChannel(chat), enabled })
}
