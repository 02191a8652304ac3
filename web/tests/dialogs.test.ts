import assert from 'node:assert/strict'
import { test } from 'node:test'

import { type Dialogs, isOutside, listed, NONE, reduce, unreadIn } from '../source/model/dialogs.ts'
import { dialog, message } from './sample.ts'

function three(): Dialogs {
  const dialogs = [dialog(1, { date: 10 }), dialog(2, { date: 30 }), dialog(3, { date: 20, pinned: true })]
  return reduce(NONE, { type: 'dialogs', dialogs, messages: [] })
}
const order = (dialogs: Dialogs): number[] => listed(dialogs, 0).map(({ chat }) => chat)

test('pinned chats come first, then the newest', () => {
  assert.deepEqual(order(three()), [3, 2, 1])
})

test('a new message moves its chat up and counts as unread', () => {
  const after = reduce(three(), { type: 'message', message: message(9, { chat: 1, date: 99 }), fresh: true })
  assert.deepEqual(order(after), [3, 1, 2])
  assert.equal(after.byChat.get(1)?.unread, 1)
  assert.equal(unreadIn(after, 0, 0), 1)
})

test('a message of my own is no unread one and ends those before it', () => {
  const heard = reduce(three(), { type: 'message', message: message(9, { chat: 1 }), fresh: true })
  const answered = reduce(heard, { type: 'message', message: message(10, { chat: 1, out: true }), fresh: true })
  assert.equal(answered.byChat.get(1)?.unread, 0)
})

test('a message that is told twice counts once', () => {
  const event = { type: 'message', message: message(9, { chat: 1 }), fresh: true } as const
  assert.equal(reduce(reduce(three(), event), event).byChat.get(1)?.unread, 1)
})

test('what was told before more was read here does not make it unread again', () => {
  const heard = reduce(three(), { type: 'message', message: message(9, { chat: 1 }), fresh: true })
  const read = reduce(heard, { type: 'read.inbox', chat: 1, upTo: 9, unread: 0 })
  const told = reduce(read, { type: 'read.inbox', chat: 1, upTo: 5, unread: 1 })
  const asked = reduce(told, { type: 'dialogs', dialogs: [dialog(1, { top: 9, readInbox: 5, unread: 1 })], messages: [] })
  for (const { byChat } of [told, asked]) assert.deepEqual([byChat.get(1)?.readInbox, byChat.get(1)?.unread], [9, 0])
})

test('a draft moves its chat, and leaves it where its message is once it is gone', () => {
  const draft = { text: 'later', entities: [], reply: 0, date: 50 }
  const drafted = reduce(three(), { type: 'draft', chat: 1, draft, now: 50 })
  assert.deepEqual(order(drafted), [3, 1, 2])
})

test('muted chats are not counted', () => {
  const heard = reduce(three(), { type: 'message', message: message(9, { chat: 1 }), fresh: true })
  const notify = { mutedUntil: 100, silent: false, previews: true }
  const muted = reduce(heard, { type: 'notify', chat: 1, notify })
  assert.equal(unreadIn(muted, 0, 50), 0)
  assert.equal(unreadIn(muted, 0, 150), 1)
})

test('a channel I have left stands in no list, and what is written there brings it into none', () => {
  const id = -1_000_000_000_009
  const where = { id, kind: 'supergroup', hash: 1n, name: '', username: '', photo: null, min: false } as const
  const listedOne = reduce(NONE, { type: 'dialogs', dialogs: [dialog(id)], messages: [] })
  const glimpse = { type: 'peers', peers: [{ ...where, min: true, left: true }] } as const
  assert.deepEqual(order(reduce(listedOne, glimpse)), [id])
  assert.deepEqual(order(reduce(listedOne, { type: 'peers', peers: [{ ...where, left: true }] })), [])
  const event = { type: 'message', message: message(9, { chat: id }), fresh: true } as const
  assert.ok(isOutside(new Map([[id, { ...where, left: true }]]), event))
  assert.ok(!isOutside(new Map([[id, { ...where, left: false }]]), event))
  assert.ok(!isOutside(new Map(), event))
})
