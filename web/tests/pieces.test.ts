import assert from 'node:assert/strict'
import { test } from 'node:test'

import { asked, bytesThere, came, halted, next, none, PIECE_BYTES, whole } from '../source/media/pieces.ts'

const piece = (length: number): Blob => new Blob([new Uint8Array(length)])

test('each piece is asked for once, in order', () => {
  let pieces = none(PIECE_BYTES * 2 + 5)
  for (const at of [0, 1, 2]) {
    assert.equal(next(pieces), at)
    pieces = asked(pieces, at)
  }
  assert.equal(next(pieces), null)
  assert.equal(whole(pieces), null)
})

test('a stopped download goes on with what is missing', () => {
  let pieces = asked(asked(none(PIECE_BYTES * 3), 0), 1)
  pieces = came(pieces, 1, piece(PIECE_BYTES))
  pieces = halted(pieces)
  assert.equal(next(pieces), 0)
  assert.equal(next(asked(pieces, 0)), 2)
  assert.equal(bytesThere(pieces), PIECE_BYTES)
})

test('whichever came first, they are put together in order', () => {
  const [first, second] = [piece(PIECE_BYTES), piece(7)]
  const pieces = came(came(none(PIECE_BYTES + 7), 1, second), 0, first)
  assert.deepEqual(whole(pieces), [first, second])
})

test('an empty file is whole', () => {
  assert.deepEqual(whole(none(0)), [])
})
