import assert from 'node:assert/strict'
import { test } from 'node:test'

import { cutEntities } from '../source/history/quoting.ts'
import { byDay, items } from '../source/history/rows.ts'
import { excerpt, marked } from '../source/search/marking.ts'
import { dayByKey, weeksOf } from '../source/ui/calendar_days.ts'
import { message } from './sample.ts'

const DAY_S = 86_400

test('rows stand under their days, and a day that comes twice has two keys', () => {
  const messages = [1, 5, 1].map((day, at) => message(at + 1, { date: day * DAY_S }))
  const days = byDay(items(messages, 0))
  assert.deepEqual(days.map(({ items: rows }) => rows.length), [1, 1, 1])
  assert.equal(new Set(days.map(({ key }) => key)).size, 3)
})

test('what was searched for is marked where words begin with it', () => {
  const hits = (text: string, query: string): string[] =>
    marked(text, query).filter(({ hit }) => hit).map(({ text: piece }) => piece)
  assert.deepEqual(hits('The loom, the looms and a heirloom', 'LOOM'), ['loom', 'loom'])
  assert.deepEqual(hits('a+b (c)', 'a+b'), ['a+b'])
  assert.deepEqual(hits('Éléphant bleu', 'éléph'), ['Éléph'])
  assert.deepEqual(hits('anything', ' '), [])
  const text = 'one two one'
  assert.equal(marked(text, 'one').map(({ text: piece }) => piece).join(''), text)
})

test('an excerpt begins a little before the first hit', () => {
  const long = `${'word '.repeat(40)}needle at the end`
  assert.ok(excerpt(long, 'needle').startsWith('…word'))
  assert.ok(excerpt(long, 'needle').length < 60)
  assert.equal(excerpt('a needle', 'needle'), 'a needle')
})

test('a month is laid out from the first weekday of the language', () => {
  const weeks = weeksOf(2024, 2, 1) // February 2024 began on a Thursday
  assert.equal(weeks.length, 5)
  assert.deepEqual(weeks[0]?.map((day) => day?.getDate() ?? 0), [0, 0, 0, 1, 2, 3, 4])
  assert.equal(weeks.flat().filter((day) => day !== null).length, 29)
})

test('keys move through days, weeks and months, and Left is later where one reads from the right', () => {
  const from = new Date(2024, 0, 31)
  assert.equal(dayByKey(from, 'ArrowLeft', false)?.getDate(), 30)
  assert.equal(dayByKey(from, 'ArrowLeft', true)?.getMonth(), 1)
  assert.equal(dayByKey(from, 'PageDown', false)?.getDate(), 29)
  assert.equal(dayByKey(from, 'x', false), null)
})

test('a quotation takes along the part of each entity that lies in it', () => {
  const cut = cutEntities([{ type: 'bold', offset: 0, length: 6 }, { type: 'code', offset: 20, length: 2 }], 4, 12)
  assert.deepEqual(cut, [{ type: 'bold', offset: 0, length: 2 }])
})
