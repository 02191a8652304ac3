import assert from 'node:assert/strict'
import { test } from 'node:test'

import { parsed, unparsed } from '../source/compose/markdown.ts'
import { covers, linked, plain, type Rich, spliced, tidy, toggled, written } from '../source/compose/rich.ts'
import { askedAt } from '../source/compose/suggest.ts'
import { Undoing } from '../source/compose/undoing.ts'
import type { Entity } from '../source/model/types.ts'

const rich = (text: string, ...entities: Entity[]): Rich => ({ text, entities })
const bold = (offset: number, length: number): Entity => ({ type: 'bold', offset, length })
const styled = ({ text, entities }: Rich): string[] =>
  entities.map(({ type, offset, length }) => `${type} ${text.slice(offset, offset + length)}`)

test('a style is put on, joined with what touches it, and taken off', () => {
  const once = toggled(rich('one two three'), { from: 0, to: 3 }, 'bold')
  const twice = toggled(once, { from: 3, to: 7 }, 'bold')
  assert.deepEqual(styled(twice), ['bold one two'])
  assert.ok(covers(twice, { from: 1, to: 6 }, 'bold'))
  assert.deepEqual(styled(toggled(twice, { from: 1, to: 2 }, 'bold')), ['bold o', 'bold e two'])
})

test('code takes no other formatting inside, over several lines it is a block', () => {
  const code = toggled(rich('a b c', bold(0, 5)), { from: 2, to: 3 }, 'code')
  assert.deepEqual(styled(code), ['bold a ', 'code b', 'bold  c'])
  assert.deepEqual(styled(toggled(rich('x\ny'), { from: 0, to: 3 }, 'code')), ['pre x\ny'])
  assert.deepEqual(styled(toggled(code, { from: 2, to: 3 }, 'italic')), ['bold a ', 'italic b', 'bold  c'])
})

test('links and clearing', () => {
  const link = linked(rich('see here'), { from: 4, to: 8 }, 'https://example.org')
  assert.equal(link.entities[0]?.url, 'https://example.org')
  assert.deepEqual(linked(link, { from: 4, to: 8 }, '').entities, [])
  assert.deepEqual(styled(plain(rich('abcd', bold(0, 4)), { from: 1, to: 3 })), ['bold a', 'bold d'])
})

test('what is put into the text moves and grows what lies around it', () => {
  const base = rich('one two', bold(4, 3))
  assert.deepEqual(styled(spliced(base, { from: 0, to: 0 }, rich('a '))), ['bold two'])
  assert.deepEqual(styled(spliced(base, { from: 5, to: 5 }, rich('XX'))), ['bold tXXwo'])
  assert.deepEqual(styled(spliced(base, { from: 2, to: 5 }, rich('-'))), ['bold wo'])
  assert.deepEqual(styled(spliced(base, { from: 0, to: 7 }, rich('z', bold(0, 1)))), ['bold z'])
  assert.deepEqual(spliced(base, { from: 4, to: 7 }, rich('')).entities, [])
})

test('marks are read around formatting that is there, and not within code', () => {
  const made = parsed('**x** plain `y` end', [{ type: 'italic', offset: 6, length: 5 }])
  assert.deepEqual(styled(made), ['bold x', 'italic plain', 'code y'])
  const code = parsed('a **b** c', [{ type: 'code', offset: 0, length: 9 }])
  assert.deepEqual(styled(code), ['code a **b** c'])
})

test('every unit of a text keeps its formatting through any marks', () => {
  const typed = '  **one** __two [three](https://a.example/) ||four|| ```py\nfive``` six'
  for (let at = 2; at < typed.length; at++) {
    const letter = typed[at] ?? ''
    const { text, entities } = parsed(typed, [{ type: 'underline', offset: at, length: 1 }])
    const under = entities.find(({ type }) => type === 'underline')
    if (under !== undefined) assert.equal(text.slice(under.offset, under.offset + under.length).trim(), letter.trim())
  }
})

test('what a message was written with is kept for its edit, what the server found is not', () => {
  const found = written('@a b', [{ type: 'mention', offset: 0, length: 2 }, { type: 'underline', offset: 3, length: 1 }])
  assert.deepEqual(styled(found), ['underline b'])
  assert.equal(unparsed(rich('a b', bold(0, 1))), '**a** b')
})

test('alike neighbours are one, custom emoji are not', () => {
  assert.equal(tidy([bold(0, 2), bold(2, 2), bold(3, 4)]).length, 1)
  const emoji = (offset: number): Entity => ({ type: 'emoji', offset, length: 2, document: '5' })
  assert.equal(tidy([emoji(0), emoji(2)]).length, 2)
})

test('typing is undone word by word, and done again', () => {
  const undoing = new Undoing(rich(''))
  const range = { from: 0, to: 0 }
  for (const [at, text] of ['o', 'on', 'on ', 'on t', 'on tw'].entries()) {
    undoing.note(rich(text), range, { typed: true, at: at * 100 })
  }
  assert.equal(undoing.undo()?.rich.text, 'on ')
  assert.equal(undoing.undo()?.rich.text, '')
  assert.equal(undoing.undo(), null)
  assert.equal(undoing.redo()?.rich.text, 'on ')
  undoing.note(rich('other'), range, { typed: false, at: 9_000 })
  assert.equal(undoing.redo(), null)
})

test('a word at the caret asks for people or emoji', () => {
  assert.deepEqual(askedAt('hi @gr', 6), { of: 'people', from: 3, query: 'gr' })
  assert.deepEqual(askedAt('@', 1), { of: 'people', from: 0, query: '' })
  assert.equal(askedAt('a@b', 3), null)
  assert.deepEqual(askedAt('so :smi', 7), { of: 'emoji', from: 3, query: 'smi' })
  assert.equal(askedAt('12:30', 5), null)
  assert.equal(askedAt(':s', 2), null)
  assert.deepEqual(askedAt('/sta', 4), { of: 'commands', from: 0, query: 'sta' })
  assert.equal(askedAt('and /sta', 8), null)
  assert.equal(askedAt('/start now', 10), null)
})
