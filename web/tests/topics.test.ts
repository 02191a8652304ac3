import assert from 'node:assert/strict'
import { test } from 'node:test'

import { belongs, empty } from '../source/model/history.ts'
import { type Forums, ordered, reduce } from '../source/model/topics.ts'
import { GENERAL, type Message, type Topic } from '../source/model/types.ts'
import { message, topic as sample } from './sample.ts'

const CHAT = -1_000_000_000_007

const topic = (id: number, more: Partial<Topic> = {}): Topic => sample(CHAT, id, more)
function forum(...topics: Topic[]): Forums {
  return reduce(new Map(), { type: 'topics', chat: CHAT, topics, messages: [], complete: true })
}
function posted(id: number, top: number, more: Partial<Message> = {}): Message {
  return message(id, { chat: CHAT, reply: top === 0 ? null : { id: 0, chat: CHAT, quote: '', top }, ...more })
}
const order = (forums: Forums): number[] => ordered(forums.get(CHAT)!).map(({ id }) => id)
const one = (forums: Forums, id: number): Topic => forums.get(CHAT)!.byId.get(id)!

test('pinned topics come first in their order, then those last written in', () => {
  const some = forum(topic(GENERAL), topic(5, { pinned: true }), topic(9), topic(7, { pinned: true }))
  assert.deepEqual(order(some), [5, 7, 9, 1])
  assert.deepEqual(order(reduce(some, { type: 'topics.order', chat: CHAT, pinned: [7, 9] })), [7, 9, 5, 1])
  assert.deepEqual(order(reduce(some, { type: 'topic.pinned', chat: CHAT, topic: 1, pinned: true })), [1, 5, 7, 9])
})

test('a message counts in its topic, and in General if it names none', () => {
  const some = forum(topic(GENERAL), topic(5))
  const after = reduce(some, { type: 'message', message: posted(20, 5, { mentioned: true }), fresh: true })
  assert.equal(one(after, 5).unread, 1)
  assert.equal(one(after, 5).mentions, 1)
  assert.equal(one(after, GENERAL).unread, 0)
  const general = reduce(after, { type: 'message', message: posted(21, 0), fresh: true })
  assert.equal(one(general, GENERAL).unread, 1)
  const twice = reduce(general, { type: 'message', message: posted(21, 0), fresh: true })
  assert.equal(one(twice, GENERAL).unread, 1)
})

test('reading to the end leaves nothing unread', () => {
  const some = forum(topic(5, { top: 20, unread: 4, mentions: 1 }))
  const after = reduce(some, { type: 'topic.inbox', chat: CHAT, topic: 5, upTo: 20 })
  assert.deepEqual([one(after, 5).unread, one(after, 5).mentions, one(after, 5).readInbox], [0, 0, 20])
})

test('a deleted topic is not listed, and another forum is not touched', () => {
  const some = forum(topic(5), topic(6))
  assert.deepEqual(order(reduce(some, { type: 'topic.gone', chat: CHAT, topic: 5 })), [6])
  assert.equal(reduce(some, { type: 'topic.gone', chat: CHAT - 1, topic: 5 }), some)
})

test('General shows what names no topic, and nothing of other topics', () => {
  const general = empty(CHAT, GENERAL)
  assert.ok(belongs(general, posted(20, 0)))
  assert.ok(!belongs(general, posted(21, 5)))
})
