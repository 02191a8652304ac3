import assert from 'node:assert/strict'
import { test } from 'node:test'

import { counted, countedOnly } from '../source/engine/counted.ts'

const affected = { _: 'messages.affectedMessages', pts: 12, ptsCount: 2 }
const channel = { _: 'inputChannel', channelId: 7, accessHash: 1n }

test('what was read or deleted moves the numbers of one’s own box', () => {
  const expected = { channelId: 0, pts: 12, ptsCount: 2 }
  assert.deepEqual(counted({ _: 'messages.readHistory' }, affected), expected)
  const asked = { _: 'messages.deleteHistory', peer: { _: 'inputPeerUser', userId: 5 } }
  assert.deepEqual(counted(asked, { ...affected, _: 'messages.affectedHistory', offset: 0 }), expected)
})

test('what is deleted in a channel moves the numbers of the channel', () => {
  const asked = { _: 'channels.deleteMessages', channel }
  assert.deepEqual(counted(asked, affected), { channelId: 7, pts: 12, ptsCount: 2 })
})

test('an answer that does not say whose numbers it has moves none, nor does one that counted nothing', () => {
  const asked = { _: 'messages.readMentions', peer: { ...channel, _: 'inputPeerChannel' } }
  assert.equal(counted(asked, { ...affected, _: 'messages.affectedHistory' }), null)
  assert.equal(counted({ _: 'messages.readHistory' }, { ...affected, ptsCount: 0 }), null)
  for (const other of [true, null, undefined, { _: 'updates.state', pts: 3 }]) {
    assert.equal(counted({ _: 'messages.readHistory' }, other), null)
  }
})

test('updates that move the engine on have nothing else in them', () => {
  const made = countedOnly({ channelId: 7, pts: 12, ptsCount: 2 })
  assert.ok(made._ === 'updates' && made.updates.length === 1 && made.users.length + made.chats.length === 0)
})
