import assert from 'node:assert/strict'
import { test } from 'node:test'

import { heldAt, towardsCancel } from '../source/compose/hold.ts'

test('a finger that stays goes on recording', () => {
  assert.equal(heldAt({ x: -40, y: -30 }, false), 'holding')
  assert.equal(heldAt({ x: 200, y: 0 }, false), 'holding')
})

test('aside gives up: to the left, and to the right where one reads from there', () => {
  assert.equal(heldAt({ x: -120, y: 0 }, false), 'cancelled')
  assert.equal(heldAt({ x: 120, y: 0 }, true), 'cancelled')
  assert.equal(heldAt({ x: -120, y: 0 }, true), 'holding')
  assert.equal(towardsCancel({ x: -55 }, false), 0.5)
  assert.equal(towardsCancel({ x: 55 }, false), 0)
})

test('up lets go without ending', () => {
  assert.equal(heldAt({ x: -20, y: -80 }, false), 'locked')
  assert.equal(heldAt({ x: -115, y: -130 }, false), 'locked')
})
