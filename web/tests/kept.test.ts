import assert from 'node:assert/strict'
import { test } from 'node:test'

import { packed, unpacked } from '../source/kept/packing.ts'
import { ARCHIVED_MAX, MESSAGES_MAX, PLACES_MAX, ROWS_MAX, seenChat, seenForum, seenList, superfluous, TOPICS_MAX } from '../source/kept/seen.ts'
import { NONE, reduce as reduceDialogs } from '../source/model/dialogs.ts'
import { empty, reduce } from '../source/model/history.ts'
import { reduce as reduceTopics } from '../source/model/topics.ts'
import type { Peer } from '../source/model/types.ts'
import { dialog, message, topic } from './sample.ts'

const peer = (id: number): Peer => ({ id, kind: 'user', hash: 5n, name: `name ${id}`, username: '', photo: null, min: false })
const peers = new Map([1, 7, 8, 9].map((id) => [id, peer(id)]))

test('records come back as they were, with big numbers, bytes, and where files are', () => {
  const place = (thumbSize: string) => ({ _: 'inputPhotoFileLocation', id: 2n ** 62n, fileReference: new Uint8Array([1, 2]), thumbSize })
  const record = { hash: -(2n ** 63n), preview: new Uint8Array([0, 255]), text: '{"$n":"1"}', photo: { place } }
  const back = unpacked(packed(record)) as typeof record
  assert.equal(back.hash, record.hash)
  assert.deepEqual([...back.preview], [0, 255])
  assert.equal(back.text, record.text)
  assert.deepEqual(back.photo.place('x'), place('x'))
})

test('of the list its first rows are kept, with all whom they name', () => {
  const dialogs = Array.from({ length: ROWS_MAX + 20 }, (_, at) => dialog(at + 7, { date: 1_000 - at }))
  const tops = [message(4, { chat: 7, from: 9 })]
  const state = reduceDialogs(NONE, { type: 'dialogs', dialogs, messages: tops })
  const seen = seenList({ at: 5, self: 1, about: null, peers, dialogs: state })
  assert.equal(seen.dialogs.length, ROWS_MAX)
  assert.equal(seen.dialogs[0]?.chat, 7)
  assert.deepEqual(seen.tops, tops)
  assert.deepEqual(seen.peers.map(({ id }) => id).sort(), [1, 7, 8, 9])
})

test('of the archive its first rows are kept beside them', () => {
  const dialogs = Array.from({ length: ARCHIVED_MAX + 5 }, (_, at) => dialog(at + 7, { date: 1_000 - at, folder: 1 }))
  const state = reduceDialogs(NONE, { type: 'dialogs', dialogs: [dialog(6), ...dialogs], messages: [] })
  const seen = seenList({ at: 5, self: 1, about: null, peers, dialogs: state })
  assert.deepEqual([seen.dialogs.length, seen.dialogs[0]?.chat, seen.dialogs[1]?.chat], [ARCHIVED_MAX + 1, 6, 7])
})

test('of a group its topics are kept that were last written in, with their newest messages', () => {
  const topics = Array.from({ length: TOPICS_MAX + 5 }, (_, at) => topic(7, at + 2, { top: 1_000 - at }))
  const forum = reduceTopics(new Map(), { type: 'topics', chat: 7, topics, messages: [message(1_000, { from: 9, reply: { id: 2, chat: 7, quote: '', top: 2 } })], complete: true })
  const seen = seenForum(forum.get(7)!, peers, 5)
  assert.deepEqual([seen.topics.length, seen.topics[0]?.id, seen.messages.length], [TOPICS_MAX, 2, 1])
  assert.deepEqual(seen.peers.map(({ id }) => id).sort(), [7, 9])
  const again = reduceTopics(forum, { type: 'topics', chat: 7, topics: [topic(7, 3)], messages: [], complete: true, anew: true })
  assert.deepEqual([...(again.get(7)?.byId.keys() ?? [])], [3])
})

test('of a chat its newest messages are kept, unless newer ones are not at hand', () => {
  const messages = Array.from({ length: 80 }, (_, at) => message(80 - at))
  const page = { from: 'around', messages, reachesStart: false, reachesEnd: true } as const
  const history = reduce(empty(7, 0), { type: 'page', chat: 7, top: 0, page })
  const seen = seenChat(history, peers, 5)
  assert.equal(seen?.messages.length, MESSAGES_MAX)
  assert.equal(seen?.messages[0]?.id, 80)
  assert.deepEqual(seen?.peers.map(({ id }) => id), [7])
  assert.equal(seenChat({ ...history, end: false }, peers, 5), null)
  assert.equal(seenChat(empty(7, 0), peers, 5), null)
})

test('what is waiting is not kept twice: the outbox has it', () => {
  const page = { from: 'around', messages: [message(3)], reachesStart: true, reachesEnd: true } as const
  let history = reduce(empty(7, 0), { type: 'page', chat: 7, top: 0, page })
  history = reduce(history, { type: 'message', message: message(-1, { sending: 'waiting' }), fresh: true })
  assert.deepEqual(seenChat(history, peers, 5)?.messages.map(({ id }) => id), [3])
})

test('the chats that were kept longest ago go first', () => {
  const kept = Array.from({ length: PLACES_MAX + 2 }, (_, at) => ({ name: `${at}`, at }))
  assert.deepEqual(superfluous(kept).sort(), ['0', '1'])
})

test('a list that is read anew has none of the rows that went meanwhile', () => {
  const before = reduceDialogs(NONE, { type: 'dialogs', dialogs: [dialog(7), dialog(8, { folder: 1 })], messages: [] })
  assert.deepEqual([...reduceDialogs(before, { type: 'dialogs.anew', folder: 0 }).byChat.keys()], [8])
})
