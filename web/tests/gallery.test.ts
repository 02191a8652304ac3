import assert from 'node:assert/strict'
import { test } from 'node:test'

import { current, found, moved, neighbour, opened, without } from '../source/media/gallery.ts'
import { message } from './sample.ts'

const ids = (gallery: { messages: readonly { id: number }[] }): number[] => gallery.messages.map(({ id }) => id)
const some = found(opened(message(5)), [9, 7, 5, 3].map((id) => message(id)), { start: false, end: true })

test('what was found stands around the one that was opened, each once', () => {
  assert.deepEqual(ids(some), [3, 5, 7, 9])
  assert.equal(current(some)?.id, 5)
  assert.ok(some.end && !some.start)
  assert.deepEqual(ids(found(some, [message(3), message(1)], { start: true, end: false })), [1, 3, 5, 7, 9])
})

test('one goes to the newer and the older one, and no further than the ends', () => {
  assert.equal(neighbour(some, 1)?.id, 7)
  assert.equal(moved(some, -1).at, 3)
  assert.equal(moved(moved(some, -1), -1).at, 3)
})

test('when the one that is looked at is deleted, its neighbour is shown', () => {
  assert.equal(without(some, new Set([5]))?.at, 7)
  assert.equal(without(some, new Set([5, 7, 9]))?.at, 3)
  assert.equal(without(some, new Set([9]))?.at, 5)
  assert.equal(without(some, new Set([3, 5, 7, 9])), null)
})

test('an album that is known is there before anything was asked', () => {
  assert.deepEqual(ids(opened(message(4), [message(3), message(4)])), [3, 4])
  assert.deepEqual(ids(opened(message(4), [message(8)])), [4])
})
