import assert from 'node:assert/strict'
import { test } from 'node:test'

import { NONE, reduce, type Waiting } from '../source/model/waiting.ts'
import { message } from './sample.ts'

const two = [-1, -2].reduce<Waiting>(
  (waiting, id) => reduce(waiting, { type: 'message', message: message(id, { sending: 'waiting' }), fresh: false }),
  NONE,
)

test('what waits is kept in order until it is sent or thrown away', () => {
  assert.deepEqual([...two.keys()], [-1, -2])
  assert.deepEqual([...reduce(two, { type: 'sent', chat: 7, temporary: -1, message: message(9) }).keys()], [-2])
  assert.deepEqual([...reduce(two, { type: 'removed', chat: 7, ids: [-2] }).keys()], [-1])
  assert.equal(reduce(two, { type: 'removed', chat: 7, ids: [4] }), two)
})

test('it is known how far each is, and why one was not sent', () => {
  const moving = reduce(two, { type: 'progress', chat: 7, id: -1, progress: 0.5 })
  assert.equal(moving.get(-1)?.progress, 0.5)
  const failed = reduce(moving, { type: 'failed', chat: 7, id: -2, trouble: 'no room' })
  assert.equal(failed.get(-2)?.trouble, 'no room')
  assert.equal(reduce(two, { type: 'progress', chat: 7, id: -9, progress: 1 }), two)
})

test('messages that have numbers are none of them', () => {
  assert.equal(reduce(two, { type: 'message', message: message(5), fresh: true }), two)
})
