import assert from 'node:assert/strict'
import { test } from 'node:test'

import { wholeJpeg } from '../source/media/preview.ts'

const [TABLES, FRAME, CODES, SCAN] = [0xdb, 0xc0, 0xc4, 0xda] // kinds of a JPEG's segments

/** Return the segments before the scan by kind, as decoders find them: each says how long it is. */
function segmentsOf(jpeg: Uint8Array): { kinds: number[]; frame: Uint8Array; scanAt: number } {
  const kinds = []
  let frame = new Uint8Array()
  let at = 2
  for (let kind = 0; kind !== SCAN; ) {
    assert.equal(jpeg[at], 0xff, `nothing begins at ${at}`)
    kind = jpeg[at + 1] as number
    const length = ((jpeg[at + 2] as number) << 8) + (jpeg[at + 3] as number)
    if (kind === FRAME) frame = jpeg.slice(at + 4, at + 2 + length)
    kinds.push(kind)
    at += 2 + length
  }
  return { kinds, frame, scanAt: at }
}

test('a stripped picture becomes a JPEG that decoders can read', () => {
  const scan = [0x11, 0x22, 0x33]
  const jpeg = wholeJpeg(Uint8Array.from([1, 30, 40, ...scan]))
  if (jpeg === null) throw new Error('it is none')
  const { kinds, frame, scanAt } = segmentsOf(jpeg)
  assert.deepEqual(kinds, [0xe0, TABLES, TABLES, FRAME, CODES, CODES, CODES, CODES, SCAN])
  assert.deepEqual([...frame.slice(0, 6)], [8, 0, 30, 0, 40, 3]) // bits, height, width, colours
  assert.deepEqual([...jpeg.slice(scanAt)], [...scan, 0xff, 0xd9])
})

test('what is no stripped picture is none', () => {
  for (const bytes of [[], [1, 2], [2, 30, 40, 5], [0xff, 0xd8, 0xff]]) {
    assert.equal(wholeJpeg(Uint8Array.from(bytes)), null)
  }
})
