import assert from 'node:assert/strict'
import { test } from 'node:test'

import { empty, type History, reduce, shown, WINDOW_MAX } from '../source/model/history.ts'
import { message } from './sample.ts'

const ids = (history: History): number[] => shown(history).map(({ id }) => id)
const newest = [5, 4, 3].map((id) => message(id))

function loaded(): History {
  const page = { from: 'around', messages: newest, reachesStart: false, reachesEnd: true } as const
  return reduce(empty(7, 0), { type: 'page', chat: 7, top: 0, page })
}

test('a page is kept in order, and older ones stand before it', () => {
  const page = { from: 'older', messages: [message(2), message(1)], reachesStart: true, reachesEnd: false } as const
  const history = reduce(loaded(), { type: 'page', chat: 7, top: 0, page })
  assert.deepEqual(ids(history), [1, 2, 3, 4, 5])
  assert.ok(history.start && history.end)
})

test('a new message follows only a window that reaches the end', () => {
  const event = { type: 'message', message: message(6), fresh: true } as const
  assert.deepEqual(ids(reduce(loaded(), event)), [3, 4, 5, 6])
  assert.deepEqual(ids(reduce({ ...loaded(), end: false }, event)), [3, 4, 5])
})

test('what comes while the first page is on its way is not lost', () => {
  const early = reduce(empty(7, 0), { type: 'message', message: message(6), fresh: true })
  const page = { from: 'around', messages: newest, reachesStart: false, reachesEnd: true } as const
  assert.deepEqual(ids(reduce(early, { type: 'page', chat: 7, top: 0, page })), [3, 4, 5, 6])
})

test('a message that was sent keeps its row and is there once, whichever is heard first', () => {
  const waiting = message(-1, { out: true, key: 'random', sending: 'waiting' })
  const written = reduce(loaded(), { type: 'message', message: waiting, fresh: true })
  assert.deepEqual(ids(written), [3, 4, 5, -1])
  const sent = { type: 'sent', chat: 7, temporary: -1, message: message(6, { out: true }) } as const
  const heard = { type: 'message', message: message(6, { out: true }), fresh: true } as const
  for (const order of [[sent, heard], [heard, sent]]) {
    const history = order.reduce(reduce, written)
    assert.deepEqual(ids(history), [3, 4, 5, 6])
  }
  assert.equal(reduce(written, sent).messages.get(6)?.key, 'random')
})

test('a window does not grow without bound', () => {
  const many = Array.from({ length: 400 }, (_, at) => message(at + 10))
  const page = { from: 'older', messages: many, reachesStart: false, reachesEnd: false } as const
  const long = reduce(loaded(), { type: 'page', chat: 7, top: 0, page })
  const older = reduce(long, { type: 'trim', chat: 7, top: 0, keep: 'older' })
  assert.equal(older.ids.length, WINDOW_MAX)
  assert.equal(older.ids[0], 3)
  assert.ok(!older.end)
})

test('a window that nobody looks at does not grow without bound either, and stays at the end', () => {
  const came = Array.from({ length: 3 * WINDOW_MAX }, (_, at) => message(at + 10))
  const long = came.reduce((history, one) => reduce(history, { type: 'message', message: one, fresh: true }), loaded())
  assert.ok(long.ids.length <= 2 * WINDOW_MAX)
  assert.equal(long.ids.at(-1), came.at(-1)?.id)
  assert.ok(long.end && !long.start)
})

test('deletions in mailboxes name no chat and leave channels alone', () => {
  const gone = { type: 'removed', chat: null, ids: [4] } as const
  assert.deepEqual(ids(reduce(loaded(), gone)), [3, 5])
  const channel = { ...loaded(), chat: -1_000_000_000_009 }
  assert.deepEqual(ids(reduce(channel, gone)), [3, 4, 5])
})

test('a thread takes its own messages only', () => {
  const thread = { ...empty(7, 3), known: true, end: true }
  const inside = message(8, { reply: { id: 3, chat: 7, quote: '', top: 3 } })
  assert.deepEqual(ids(reduce(thread, { type: 'message', message: inside, fresh: true })), [8])
  assert.deepEqual(ids(reduce(thread, { type: 'message', message: message(9), fresh: true })), [])
})

test('a page that was being read is shown once it is there', () => {
  const page = { is: 'page', id: '9', url: 'https://a.example', site: '', title: '', text: '', photo: null, large: false } as const
  const waiting = reduce(loaded(), { type: 'edited', message: message(4, { media: page }) })
  const known = { ...page, title: 'A page' }
  assert.deepEqual(reduce(waiting, { type: 'webpage', id: '9', page: known }).messages.get(4)?.media, known)
  assert.deepEqual(reduce(waiting, { type: 'webpage', id: '9', page: null }).messages.get(4)?.media, null)
  assert.equal(reduce(waiting, { type: 'webpage', id: '8', page: known }), waiting)
})
