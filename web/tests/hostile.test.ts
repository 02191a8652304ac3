import assert from 'node:assert/strict'
import { test } from 'node:test'

import { disguised, nested, onlyEmoji, plainAddress, safeAddress } from '../source/history/text_rules.ts'
import { clean, isolated, tamed } from '../source/ui/bidi.ts'

const OVERRIDE = '\u202E'
const POP = '\u202C'
const ISOLATE = '\u2067'
const POP_ISOLATE = '\u2069'

test('a name has no controls of direction, no lines and no blanks at its ends', () => {
  assert.equal(clean(`invoice${OVERRIDE}gpj.exe`), 'invoicegpj.exe')
  assert.equal(clean(` a\n\nb\u2028c${POP_ISOLATE}\t`), 'a b c')
  assert.equal(clean(OVERRIDE + ISOLATE), '')
})

test('a name of which nothing is seen is none', () => {
  for (const name of ['\u200B', '\u3164\u3164', '\u2800 \u00AD', '\u034F\uFE0F', '']) assert.equal(clean(name), '')
  for (const name of ['\u2801', 'a\u200B', '👩\u200D💻', '\u0301a']) assert.equal(clean(name), name)
})

test('an entity cuts no emoji in two', () => {
  const [bold, link] = nested('😀😀😀', [
    { type: 'bold', offset: 1, length: 2 },
    { type: 'text_link', offset: 3, length: 2 },
  ]).inside.map(({ from, to }) => [from, to])
  assert.deepEqual([bold, link], [[2, 4], [4, 6]])
  assert.deepEqual(nested('\uDE00\uDE00', [{ type: 'bold', offset: 1, length: 1 }]).inside.length, 1) // no pair
})

test('a piece in a sentence cannot close the isolate around it', () => {
  assert.equal(isolated(`x${POP_ISOLATE}${OVERRIDE}y`), '\u2068xy\u2069')
})

test('a text keeps its length and closes nothing that it did not open', () => {
  const fine = `a ${ISOLATE}b${POP_ISOLATE} ${OVERRIDE}c${POP} d`
  assert.equal(tamed(fine), fine)
  const stray = `a${POP_ISOLATE}b${POP}c`
  assert.equal(tamed(stray).length, stray.length)
  assert.ok(!/[\u2069\u202C]/.test(tamed(stray)))
  const crossed = `${ISOLATE}a${POP}b${POP_ISOLATE}` // an embedding is not ended from within an isolate
  assert.equal(tamed(crossed), `${ISOLATE}a\u200Bb${POP_ISOLATE}`)
})

test('only harmless schemes become addresses', () => {
  for (const url of ['javascript:alert(1)', 'JaVaScRiPt:x', 'java\nscript:x', 'data:text/html,x', 'vbscript:x', 'file:///etc', 'blob:x', ' javascript:x']) {
    assert.equal(safeAddress(url), null, url)
  }
  assert.equal(safeAddress('example.org'), 'https://example.org')
  assert.equal(safeAddress('example.org:8080/x'), 'https://example.org:8080/x')
  assert.equal(safeAddress('https://example.org/a'), 'https://example.org/a')
  assert.equal(safeAddress('mailto:a@example.org'), 'mailto:a@example.org')
})

test('an address is shown as it is before it is opened', () => {
  assert.equal(plainAddress('https://\u0430pple.com/'), 'https://xn--pple-43d.com/') // a Cyrillic letter
  assert.equal(plainAddress(`https://a.example/${OVERRIDE}moc.b`), 'https://a.example/%E2%80%AEmoc.b')
  assert.ok(disguised(`https://a.example/${OVERRIDE}moc.b`))
  assert.ok(!disguised('https://a.example/b'))
})

test('entities beyond the text, empty or crossing ones never reach out of it', () => {
  const root = nested('hello', [
    { type: 'bold', offset: -3, length: 5 },
    { type: 'italic', offset: 1, length: 900 },
    { type: 'code', offset: 4, length: 0 },
    { type: 'spoiler', offset: 77, length: 1 },
  ])
  const ends: [number, number][] = []
  const walk = (node: typeof root): void => {
    ends.push([node.from, node.to])
    node.inside.forEach(walk)
  }
  walk(root)
  assert.ok(ends.every(([from, to]) => from >= 0 && to <= 5 && from < to))
})

test('a thousand nested entities are no deeper than the text is long', () => {
  const entities = Array.from({ length: 1_000 }, () => ({ type: 'bold' as const, offset: 0, length: 10 }))
  let depth = 0
  for (let node = nested('0123456789', entities); node.inside[0] !== undefined; node = node.inside[0]) depth++
  assert.ok(depth <= 32, `${depth}`)
})

test('emoji alone are large, four and words are not', () => {
  assert.ok(onlyEmoji('😀'))
  assert.ok(onlyEmoji('👍🏽👩‍💻🇫🇷'))
  assert.ok(!onlyEmoji('😀😀😀😀'))
  assert.ok(!onlyEmoji('1'))
  assert.ok(!onlyEmoji('😀'.repeat(4_096)))
})
