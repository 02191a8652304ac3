import assert from 'node:assert/strict'
import { test } from 'node:test'

import { optionBytes, percents } from '../source/history/poll_rules.ts'
import { foundBy, joined, toned } from '../source/compose/emoji_search.ts'
import { pieces } from '../source/compose/rich.ts'

const option = (votes: number) => ({ key: `${votes}`, text: '', votes, chosen: false, correct: false })
const poll = (votes: number[], voters: number, several = false) => ({ options: votes.map(option), voters, several })

test('whole percents of one choice make up a hundred', () => {
  assert.deepEqual(percents(poll([1, 1, 1], 3)), [34, 33, 33])
  assert.deepEqual(percents(poll([2, 1, 0], 3)), [67, 33, 0])
  assert.deepEqual(percents(poll([0, 0], 0)), [0, 0])
  assert.equal(percents(poll([1, 2, 3, 4, 5, 6, 7], 28)).reduce((sum, one) => sum + one, 0), 100)
})

test('of several choices each is a part of who voted', () => {
  assert.deepEqual(percents(poll([3, 2], 3, true)), [100, 67])
})

test('an option is called by its bytes again', () => {
  assert.deepEqual([...optionBytes('00ff10')], [0, 255, 16])
  assert.deepEqual([...optionBytes('')], [])
})

test('emoji are found by the beginnings of their words, names first', () => {
  const { all, groups } = joined(['😀 👋*', '🐈'], ['grinning face|happy', 'waving hand|hello cat', 'cat|pet'])
  assert.deepEqual(groups.map(({ name, emojis }) => [name, emojis.length]), [['smileys', 2], ['people', 1]])
  assert.deepEqual(foundBy(all, 'cat', 9).map(({ emoji }) => emoji), ['🐈', '👋'])
  assert.deepEqual(foundBy(all, 'hand wav', 9).map(({ emoji }) => emoji), ['👋'])
  assert.deepEqual(foundBy(all, 'rinning', 9), [])
  assert.deepEqual(foundBy(all, '', 9), [])
})

test('a colour of skin is put where an emoji takes one', () => {
  const [plain, hand] = [{ emoji: '😀', name: '', words: '', tones: false }, { emoji: '☝️', name: '', words: '', tones: true }]
  assert.equal(toned(plain, '🏽'), '😀')
  assert.equal(toned(hand, '🏽'), '☝🏽')
  assert.equal(toned(hand, ''), '☝️')
})

test('a text that is too long is cut where words end, with its formatting', () => {
  const text = 'word '.repeat(30).trim()
  const made = pieces({ text, entities: [{ type: 'bold', offset: 0, length: text.length }] }, 64)
  assert.ok(made.every((one) => one.text.length <= 64 && !one.text.startsWith(' ')))
  assert.equal(made.map((one) => one.text).join(' '), text)
  assert.ok(made.every(({ text: part, entities }) => entities[0]?.length === part.length))
  const emoji = pieces({ text: '😀'.repeat(40), entities: [] }, 15)
  assert.ok(emoji.every((one) => [...one.text].every((letter) => letter === '😀')))
  assert.deepEqual(pieces({ text: '  ', entities: [] }, 5), [])
})
