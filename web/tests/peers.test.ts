import assert from 'node:assert/strict'
import { test } from 'node:test'

import { merged, type Peers, reduce } from '../source/model/peers.ts'
import type { Peer } from '../source/model/types.ts'

function person(more: Partial<Peer> = {}): Peer {
  return { id: 5, kind: 'user', hash: 1n, name: 'Ada', username: 'ada', photo: null, min: false, ...more }
}
const known: Peers = reduce(new Map(), { type: 'peers', peers: [person({ presence: { is: 'recently' } })] })

test('who is seen again unchanged keeps their record, and so does the list', () => {
  const again = reduce(known, { type: 'peers', peers: [person({ presence: { is: 'recently' } })] })
  assert.ok(again === known)
})

test('who changed has another record', () => {
  for (const more of [{ name: 'Ada L.' }, { presence: { is: 'week' } }, { photo: { id: '1', preview: null } }] as const) {
    const after = reduce(known, { type: 'peers', peers: [person({ presence: { is: 'recently' }, ...more })] })
    assert.ok(after !== known)
    assert.deepEqual(after.get(5), person({ presence: { is: 'recently' }, ...more }))
  }
})

test('a glimpse takes nothing away', () => {
  const glimpse = person({ min: true, username: '', name: 'Ada Lovelace', hash: 0n })
  assert.deepEqual(merged(person(), glimpse), person({ name: 'Ada Lovelace' }))
})
