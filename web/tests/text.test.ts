import assert from 'node:assert/strict'
import { test } from 'node:test'

import { parsed, unparsed } from '../source/compose/markdown.ts'
import { items } from '../source/history/rows.ts'
import { message } from './sample.ts'

test('marks become entities, with offsets of the text without them', () => {
  const made = parsed('a **bold** and `co**de` 👍 ~~no~~')
  assert.equal(made.text, 'a bold and co**de 👍 no')
  assert.deepEqual(
    made.entities.map(({ type, offset, length }) => [type, made.text.slice(offset, offset + length)]),
    [['bold', 'bold'], ['code', 'co**de'], ['strike', 'no']],
  )
})

test('marks that are not closed stay', () => {
  for (const text of ['2 ** 3', 'a `b', '**', '****', '__init', '[x](javascript:alert)']) {
    assert.deepEqual(parsed(text), { text, entities: [] })
  }
})

test('a block of code keeps its language and its lines', () => {
  const { text, entities } = parsed('see\n```py\nx = 1\n\ny = 2\n```')
  assert.equal(text, 'see\nx = 1\n\ny = 2')
  assert.deepEqual(entities, [{ type: 'pre', offset: 4, length: 12, language: 'py' }])
})

test('what is unparsed for editing parses to the same', () => {
  for (const typed of ['**a** b', '__a **b** c__', '`x`', '[there](https://example.org/a)', '||hush||']) {
    const made = parsed(typed)
    assert.deepEqual(parsed(unparsed(made)), made)
  }
})

test('albums are one row, days and unread ones are marked', () => {
  const day = 86_400
  const messages = [
    message(1, { date: day }),
    message(2, { date: day * 3, album: 'x' }),
    message(3, { date: day * 3, album: 'x' }),
    message(4, { date: day * 3 + 5 }),
  ]
  const made = items(messages, 3)
  assert.deepEqual(
    made.map((one) => (one.is === 'message' ? one.parts.map(({ id }) => id) : one.is)),
    ['day', [1], 'day', [2, 3], 'unread', [4]],
  )
})
