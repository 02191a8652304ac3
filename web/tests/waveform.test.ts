import assert from 'node:assert/strict'
import { test } from 'node:test'

import { packed, peaks, unpacked, waveformOf } from '../source/media/waveform.ts'

test('what was packed is unpacked', () => {
  const samples = Array.from({ length: 100 }, (_, at) => (at * 7) % 32)
  const bytes = packed(samples)
  assert.equal(bytes.length, 63)
  assert.deepEqual(unpacked(bytes).slice(0, 100), samples)
})

test('the lowest bits come first', () => {
  assert.deepEqual([...packed([1, 0, 0])], [1, 0])
  assert.deepEqual([...packed([0, 1])], [32, 0])
  assert.deepEqual(unpacked(new Uint8Array([0xff, 0x03])), [31, 31, 0])
})

test('what is louder than there is counts as the loudest, what is broken as silence', () => {
  assert.deepEqual(unpacked(packed([40, -3])).slice(0, 2), [31, 0])
  assert.deepEqual(unpacked(new Uint8Array()), [])
})

test('a stretch is as loud as its loudest moment', () => {
  assert.deepEqual(peaks([0, -3, 1, 2], 2), [3, 2])
  assert.deepEqual(peaks([5], 3), [5, 5, 5])
})

test('a voice fills the height, silence does not', () => {
  const voice = Array.from({ length: 1000 }, (_, at) => (at / 1000) * 0.3)
  assert.equal(unpacked(waveformOf(voice)).slice(0, 100).at(-1), 31)
  assert.equal(Math.max(...unpacked(waveformOf(new Array(1000).fill(0.0001)))), 0)
})
