/** The topics of forums: which there are, in which order, and how much of each is unread. Pure. */

import type { Event } from './events.ts'
import { GENERAL, type Message, type PeerId, type Topic } from './types.ts'

/** What is known of one forum's topics. */
export interface Forum {
  byId: ReadonlyMap<number, Topic>
  tops: ReadonlyMap<number, Message> // the newest message of each
  pinned: readonly number[] // in their order
  complete: boolean // the last page was read
}

export type Forums = ReadonlyMap<PeerId, Forum>

const EMPTY: Forum = { byId: new Map(), tops: new Map(), pinned: [], complete: false }

/** Return the topics as they are listed: pinned ones first, then those last written in. */
export function ordered(forum: Forum): Topic[] {
  const place = new Map(forum.pinned.map((id, at) => [id, at]))
  const rank = (one: Topic): number => (one.pinned ? (place.get(one.id) ?? place.size) : Infinity)
  return [...forum.byId.values()].sort((one, other) => {
    const ranks = [rank(one), rank(other)] as const
    return ranks[0] === ranks[1] ? other.top - one.top || other.id - one.id : ranks[0] - ranks[1]
  })
}

/** Return the topic a message stands in. What names no topic stands in General. */
export function topicOf(forum: Forum, message: Message): number {
  if (message.service?.key === 'TopicCreate') return message.id
  const top = message.reply?.top ?? 0
  return forum.byId.has(top) ? top : GENERAL
}

function received(forum: Forum, message: Message): Forum {
  const id = topicOf(forum, message)
  const known = forum.byId.get(id)
  if (known === undefined || message.id < 0) return forum
  if (message.id < known.top) return forum
  if (message.id === known.top) return { ...forum, tops: new Map(forum.tops).set(id, message) }
  const counts = !message.out && message.id > known.readInbox
  const next: Topic = {
    ...known,
    top: message.id,
    unread: message.out ? 0 : known.unread + (counts ? 1 : 0),
    readInbox: message.out ? message.id : known.readInbox,
    mentions: known.mentions + (counts && message.mentioned ? 1 : 0),
  }
  return { ...forum, byId: new Map(forum.byId).set(id, next), tops: new Map(forum.tops).set(id, message) }
}

function paged(forum: Forum, event: Extract<Event, { type: 'topics' }>): Forum {
  const byId = new Map(forum.byId)
  const tops = new Map(forum.tops)
  const pinned = [...forum.pinned]
  for (const one of event.topics) {
    byId.set(one.id, one)
    if (one.pinned && !pinned.includes(one.id)) pinned.push(one.id)
  }
  const next = { byId, tops, pinned, complete: forum.complete || event.complete }
  for (const message of event.messages) tops.set(topicOf(next, message), message)
  return next
}

function changed(forum: Forum, id: number, change: (topic: Topic) => Topic): Forum {
  const known = forum.byId.get(id)
  return known === undefined ? forum : { ...forum, byId: new Map(forum.byId).set(id, change(known)) }
}

function without(forum: Forum, id: number): Forum {
  const byId = new Map(forum.byId)
  byId.delete(id)
  return { ...forum, byId, pinned: forum.pinned.filter((one) => one !== id) }
}

function moved(forum: Forum, event: Event): Forum {
  switch (event.type) {
    case 'topic.gone':
      return without(forum, event.topic)
    case 'topic.pinned': {
      const others = forum.pinned.filter((one) => one !== event.topic)
      const pinned = event.pinned ? [event.topic, ...others] : others
      return { ...changed(forum, event.topic, (one) => ({ ...one, pinned: event.pinned })), pinned }
    }
    case 'topics.order': {
      const kept = new Set(event.pinned)
      const byId = new Map([...forum.byId].map(([id, one]) => [id, { ...one, pinned: kept.has(id) }]))
      return { ...forum, byId, pinned: event.pinned }
    }
    case 'topic.inbox':
      return changed(forum, event.topic, (one) => ({
        ...one,
        readInbox: Math.max(one.readInbox, event.upTo),
        unread: event.upTo >= one.top ? 0 : one.unread,
        mentions: event.upTo >= one.top ? 0 : one.mentions,
      }))
    case 'topic.outbox':
      return changed(forum, event.topic, (one) => ({ ...one, readOutbox: Math.max(one.readOutbox, event.upTo) }))
    case 'topic.notify':
      return changed(forum, event.topic, (one) => ({ ...one, notify: event.notify }))
    default:
      return forum
  }
}

/** Return the forums after an event. Only those are kept up whose topics somebody has looked at. */
export function reduce(forums: Forums, event: Event): Forums {
  if (event.type === 'topics') {
    const before = event.anew === true ? EMPTY : (forums.get(event.chat) ?? EMPTY)
    return new Map(forums).set(event.chat, paged(before, event))
  }
  if (event.type === 'reset' || event.type === 'dialog.gone') {
    if (!forums.has(event.chat)) return forums
    const next = new Map(forums)
    next.delete(event.chat)
    return next
  }
  const chat = 'message' in event ? event.message.chat : 'chat' in event ? event.chat : null
  const forum = chat === null ? undefined : forums.get(chat)
  if (forum === undefined || chat === null) return forums
  const after = event.type === 'message' || event.type === 'sent' ? received(forum, event.message) : moved(forum, event)
  return after === forum ? forums : new Map(forums).set(chat, after)
}
