import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bounded, fitted, type Frame, moved, SCALE_MAX, swipeOf, WHOLE, zoomed } from '../source/media/zoom.ts'

const frame: Frame = { room: { width: 1000, height: 800 }, picture: { width: 1000, height: 500 } }

test('a picture is made smaller to fit, and is not enlarged', () => {
  assert.deepEqual(fitted({ width: 2000, height: 1000 }, frame.room), { width: 1000, height: 500 })
  assert.deepEqual(fitted({ width: 100, height: 50 }, frame.room), { width: 100, height: 50 })
  assert.deepEqual(fitted({ width: 100, height: 50 }, frame.room, true), { width: 1000, height: 500 })
})

test('the point under the pointer stays where it is', () => {
  const at = { x: 200, y: -50 }
  const view = zoomed(WHOLE, 4, at, frame)
  assert.equal((at.x - view.x) / view.scale, at.x)
  assert.equal((at.y - view.y) / view.scale, at.y)
})

test('nothing beside the picture is shown that need not be', () => {
  assert.deepEqual(moved(WHOLE, { x: 50, y: 50 }, frame), WHOLE)
  assert.deepEqual(moved({ scale: 2, x: 0, y: 0 }, { x: 9000, y: 9000 }, frame), { scale: 2, x: 500, y: 100 })
  assert.deepEqual(bounded({ scale: 0.2, x: 3, y: 3 }, frame), WHOLE)
})

test('there is an end to looking closer, and the way back ends with the whole', () => {
  let view = WHOLE
  for (let times = 0; times < 20; times++) view = zoomed(view, 2, { x: 300, y: 100 }, frame)
  assert.equal(view.scale, SCALE_MAX)
  for (let times = 0; times < 20; times++) view = zoomed(view, 0.5, { x: -20, y: 0 }, frame)
  assert.deepEqual([view.scale, view.x + 0, view.y + 0], [1, 0, 0])
})

test('a finger leads to the neighbour, or away, or means nothing', () => {
  assert.equal(swipeOf({ x: -90, y: 10 }), 'left')
  assert.equal(swipeOf({ x: 90, y: 10 }), 'right')
  assert.equal(swipeOf({ x: 20, y: 150 }), 'away')
  assert.equal(swipeOf({ x: 20, y: 20 }), 'none')
})
