import assert from 'node:assert/strict'
import { test } from 'node:test'

import { canGroup, type Chosen, FILE_BYTES_MAX, groups, type Kind, moved, pictureKind, sentAs, shrinks, toSend, troubleOf } from '../source/compose/chosen.ts'
import type { OutgoingFile } from '../source/compose/stored.ts'

function chosen(key: string, kind: Kind, more: Partial<Chosen> = {}): Chosen {
  const file = new Blob(['x'], { type: 'image/jpeg' })
  return { key, file, name: `${key}.bin`, kind, width: 800, height: 600, seconds: 0, poster: null, spoiler: false, ...more }
}
const many = (count: number, kind: Kind): Chosen[] => Array.from({ length: count }, (_, at) => chosen(`${kind}${at}`, kind))
const keys = (sets: Chosen[][]): string[][] => sets.map((set) => set.map(({ key }) => key))
const ALBUMS = { asFiles: false, grouped: true }
const ready = (one: Chosen): OutgoingFile => {
  const as = sentAs(one, ALBUMS)
  return { blob: one.file, name: one.name, as: as === 'gif' ? 'file' : as, width: 0, height: 0, seconds: 0 }
}

test('photos and films share albums of ten, files and music have their own', () => {
  const sets = groups([...many(9, 'photo'), ...many(3, 'video'), ...many(2, 'file'), ...many(2, 'audio')], ALBUMS)
  assert.deepEqual(sets.map(({ length }) => length), [10, 2, 2, 2])
})

test('a GIF stands alone, and nothing is grouped that is not wanted so', () => {
  const mixed = [chosen('a', 'photo'), chosen('b', 'gif'), chosen('c', 'photo')]
  assert.deepEqual(keys(groups(mixed, ALBUMS)), [['a'], ['b'], ['c']])
  assert.deepEqual(keys(groups(many(3, 'photo'), { asFiles: false, grouped: false })), [['photo0'], ['photo1'], ['photo2']])
  assert.ok(!canGroup(mixed, ALBUMS))
  assert.ok(canGroup(mixed, { asFiles: true, grouped: false }))
})

test('as files everything but music is a file', () => {
  assert.equal(sentAs(chosen('a', 'photo'), { asFiles: true, grouped: true }), 'file')
  assert.equal(sentAs(chosen('a', 'audio'), { asFiles: true, grouped: true }), 'audio')
})

test('a file is moved, and no further than the ends', () => {
  const three = many(3, 'photo')
  assert.deepEqual(moved(three, 'photo0', 1).map(({ key }) => key), ['photo1', 'photo0', 'photo2'])
  assert.deepEqual(moved(three, 'photo2', 9).map(({ key }) => key), ['photo0', 'photo1', 'photo2'])
  assert.deepEqual(moved(three, 'nobody', 0), three)
})

test('the words stand under the first picture, or the last file, and only once', () => {
  const caption = { text: 'hello', entities: [] }
  let albums = 0
  const name = (): string => `album${++albums}`
  const pictures = toSend(groups(many(12, 'photo'), ALBUMS), ready, caption, name)
  assert.deepEqual(pictures.map((one) => one.caption.text).filter((text) => text !== ''), ['hello'])
  assert.equal(pictures[0]?.caption.text, 'hello')
  assert.deepEqual([...new Set(pictures.map(({ album }) => album))], ['album1', 'album2'])
  const files = toSend(groups(many(3, 'file'), ALBUMS), ready, caption, name)
  assert.deepEqual(files.map((one) => one.caption.text), ['', '', 'hello'])
  assert.deepEqual(toSend(groups(many(1, 'file'), ALBUMS), ready, caption, name).map(({ album }) => album), [''])
})

test('what is no picture, or much too long, is a file', () => {
  assert.equal(pictureKind('image/png', 100, 100), 'photo')
  assert.equal(pictureKind('image/gif', 100, 100), 'gif')
  assert.equal(pictureKind('image/svg+xml', 100, 100), 'file')
  assert.equal(pictureKind('image/png', 100, 2001), 'file')
  assert.equal(pictureKind('image/heic', 0, 0), 'file')
})

test('large photos and those of other formats are made anew', () => {
  assert.ok(!shrinks(chosen('a', 'photo')))
  assert.ok(shrinks(chosen('a', 'photo', { width: 4000 })))
  assert.ok(shrinks(chosen('a', 'photo', { file: new Blob(['x'], { type: 'image/avif' }) })))
})

test('empty files and those the server would not take are told before', () => {
  assert.equal(troubleOf({ size: 0 }), 'empty')
  assert.equal(troubleOf({ size: FILE_BYTES_MAX + 1 }), 'large')
  assert.equal(troubleOf({ size: FILE_BYTES_MAX }), null)
})
