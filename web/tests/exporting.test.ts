import assert from 'node:assert/strict'
import { test } from 'node:test'

import { fieldsOf, waitOf } from '../source/settings/export_rules.ts'

const everything = { messages: true, files: true, since: '' }

test('an export is fetched by its number, with what was chosen', () => {
  const fields = fieldsOf(7, 9_007_199_254_740_993n, everything)
  assert.equal(fields['person'], '7')
  assert.equal(fields['export'], '9007199254740993')
  assert.equal(fields['classes'], 'account,sessions,contacts,chats,settings,messages,media')
  assert.ok(!('since' in fields))
})

test('files come with messages only if both are wanted, and from a day on', () => {
  const fields = fieldsOf(7, 1n, { messages: true, files: false, since: '2026-11-30' })
  assert.equal(fields['classes'], 'account,sessions,contacts,chats,settings,messages')
  assert.equal(fields['since'], String(Date.parse('2026-11-30T00:00:00') / 1000))
  assert.ok(!('since' in fieldsOf(7, 1n, { ...everything, since: 'yesterday' })))
})

test('it is known until when an export waits, however the seconds come', () => {
  assert.equal(waitOf({ text: 'TAKEOUT_INIT_DELAY_%d', seconds: 60 }, 100), 160)
  assert.equal(waitOf({ text: 'TAKEOUT_INIT_DELAY_90', seconds: 0 }, 100), 190)
  assert.equal(waitOf({ text: 'FLOOD_WAIT_%d', seconds: 60 }, 100), 0)
})
