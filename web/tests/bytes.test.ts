import assert from 'node:assert/strict'
import { test } from 'node:test'

import { fromBase64url, hexadecimal, toBase64url } from '../source/model/bytes.ts'

test('bytes come back from their text, whatever they are and however many', () => {
  const all = Uint8Array.from({ length: 256 }, (_, at) => at)
  for (const length of [0, 1, 2, 3, 255, 256]) {
    const bytes = all.slice(256 - length)
    const text = toBase64url(bytes)
    assert.ok(/^[\w-]*$/.test(text))
    assert.deepEqual([...fromBase64url(text)], [...bytes])
  }
  assert.equal(toBase64url(Uint8Array.of(0xfb, 0xff)), '-_8')
  assert.equal(hexadecimal(Uint8Array.of(0, 15, 255)), '000fff')
})
