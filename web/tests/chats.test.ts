import assert from 'node:assert/strict'
import { test } from 'node:test'

import { drawnRows, movedTo, unreadIn } from '../source/chats/order.ts'
import { offsetOf } from '../source/chats/pin_drag.ts'
import { dialog } from './sample.ts'

test('only rows that are seen are drawn, and some around them', () => {
  const view = { height: 720, row: 72, more: 2 }
  assert.deepEqual(drawnRows(5_000, { ...view, top: 0 }), { from: 0, to: 12 })
  assert.deepEqual(drawnRows(5_000, { ...view, top: 7_200 }), { from: 98, to: 112 })
  assert.deepEqual(drawnRows(5, { ...view, top: 7_200 }), { from: 5, to: 5 })
  assert.deepEqual(drawnRows(0, { ...view, top: -50 }), { from: 0, to: 0 })
})

test('a row that is moved stands where it was put, the others keep their order', () => {
  assert.deepEqual(movedTo(['a', 'b', 'c', 'd'], 0, 2), ['b', 'c', 'a', 'd'])
  assert.deepEqual(movedTo(['a', 'b', 'c', 'd'], 3, 0), ['d', 'a', 'b', 'c'])
  assert.deepEqual(movedTo(['a'], 4, 0), ['a'])
})

test('rows between give way to the one that is dragged', () => {
  const drag = { from: 0, to: 2, dy: 130 }
  assert.deepEqual([0, 1, 2, 3].map((at) => offsetOf(at, drag, 72)), [130, -72, -72, 0])
  assert.deepEqual([0, 1, 2].map((at) => offsetOf(at, { from: 2, to: 1, dy: -70 }, 72)), [0, 72, -70])
  assert.equal(offsetOf(1, null, 72), 0)
})

test('a folder is loud where not all that is unread is muted', () => {
  const notify = { mutedUntil: 100, silent: false, previews: true }
  const muted = dialog(1, { unread: 3, notify })
  assert.deepEqual(unreadIn([muted, dialog(2)], 50), { chats: 1, loud: false })
  assert.deepEqual(unreadIn([muted, dialog(2, { marked: true })], 50), { chats: 2, loud: true })
  assert.deepEqual(unreadIn([{ ...muted, mentions: 1 }], 50), { chats: 1, loud: true })
})
