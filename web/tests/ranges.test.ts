import assert from 'node:assert/strict'
import { test } from 'node:test'

import { partHeaders, pieceBytes, playable, rangeOf } from '../source/service/ranges.ts'

test('a player is given the range it asks for, but no more than one answer holds', () => {
  assert.deepEqual(rangeOf('bytes=0-', 1000, 400), { first: 0, last: 399 })
  assert.deepEqual(rangeOf('bytes=900-', 1000, 400), { first: 900, last: 999 })
  assert.deepEqual(rangeOf('bytes=0-1', 1000, 400), { first: 0, last: 1 })
  assert.deepEqual(rangeOf('bytes=500-5000', 1000, 5000), { first: 500, last: 999 })
  assert.deepEqual(rangeOf('bytes=-100', 1000, 400), { first: 900, last: 999 })
})

test('without a range that is understood it is the beginning', () => {
  for (const header of [null, '', 'bytes=', 'bytes=-', 'bytes=0-1,5-9', 'pages=1-2']) {
    assert.deepEqual(rangeOf(header, 1000, 400), { first: 0, last: 399 })
  }
})

test('nothing is in a range behind the end, or of an empty file', () => {
  assert.equal(rangeOf('bytes=1000-', 1000, 400), null)
  assert.equal(rangeOf('bytes=7-3', 1000, 400), null)
  assert.equal(rangeOf('bytes=0-', 0, 400), null)
})

test('an answer says which part of the whole it is', () => {
  assert.deepEqual(partHeaders({ first: 5, last: 9 }, 20), {
    'Accept-Ranges': 'bytes',
    'Content-Range': 'bytes 5-9/20',
    'Content-Length': '5',
  })
})

test('what is streamed is never called a page', () => {
  assert.equal(playable('video/mp4'), 'video/mp4')
  for (const type of ['text/html', 'image/svg+xml', 'video/mp4, text/html', 'video/', '']) {
    assert.equal(playable(type), 'application/octet-stream')
  }
})

test('pieces grow from a small one, and end with the answer', () => {
  let done = 0
  const lengths: number[] = []
  while (done < 1_500_000) {
    const next = pieceBytes(done, 1_500_000 - done)
    lengths.push(next)
    done += next
  }
  assert.deepEqual(lengths.slice(0, 4), [65_536, 65_536, 131_072, 262_144])
  assert.ok(Math.max(...lengths) <= 512 * 1024)
  assert.equal(done, 1_500_000)
})
