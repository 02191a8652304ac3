import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  adminRights,
  allowed,
  banning,
  granting,
  hasRight,
  mayEdit,
  mayPost,
  memberRights,
  permitted,
  prohibiting,
  standing,
} from '../source/groups/rights.ts'
import type { Peer } from '../source/model/types.ts'

function group(more: Partial<Peer> = {}): Peer {
  return { id: -1_000_000_000_007, kind: 'supergroup', hash: 1n, name: 'Group', username: '', photo: null, min: false, ...more }
}
const channel = (more: Partial<Peer> = {}): Peer => group({ kind: 'channel', ...more })
const person = (more: Partial<Peer> = {}): Peer => ({ ...group(more), id: 7, kind: 'user' })

test('members invite unless it was taken from them, administrators by their own right only', () => {
  assert.ok(allowed(group(), 'inviteUsers'))
  assert.ok(!allowed(group({ everybody: { inviteUsers: true } }), 'inviteUsers'))
  assert.ok(!allowed(group({ banned: { inviteUsers: true } }), 'inviteUsers'))
  assert.ok(!allowed(group({ admin: { deleteMessages: true } }), 'inviteUsers'))
  assert.ok(allowed(group({ admin: { inviteUsers: true }, everybody: { inviteUsers: true } }), 'inviteUsers'))
})

test('restrictions of everybody do not hold for administrators who write', () => {
  const silent = { sendMessages: true, sendPlain: true }
  assert.ok(!mayPost(group({ everybody: silent })))
  assert.ok(mayPost(group({ everybody: silent, admin: { other: true } })))
  assert.ok(allowed(group({ everybody: { sendPhotos: true }, admin: { other: true } }), 'sendPhotos'))
})

test('who has left can do nothing, whatever their rights were', () => {
  const gone = group({ left: true, creator: true })
  assert.ok(!allowed(gone, 'sendPhotos'))
  assert.ok(!hasRight(gone, 'banUsers'))
  assert.ok(!mayEdit(gone))
})

test('in a channel a member only reads', () => {
  assert.ok(!allowed(channel(), 'inviteUsers'))
  assert.ok(!mayPost(channel()))
  assert.ok(mayPost(channel({ admin: { postMessages: true } })))
  assert.ok(allowed(channel({ admin: { editMessages: true } }), 'pinMessages'))
  assert.ok(!mayEdit(channel({ admin: { postMessages: true } })))
})

test('what is allowed and what is forbidden are each other’s opposite', () => {
  const all = new Set(memberRights(true))
  for (const one of all) {
    const kept = new Set([...all].filter((other) => other !== one))
    assert.deepEqual([...permitted(prohibiting(kept, true), true)].sort(), [...kept].sort())
  }
  assert.deepEqual(Object.keys(prohibiting(all, true)), ['untilDate'])
  assert.equal(prohibiting(new Set(), true).sendMessages, true)
  assert.equal(prohibiting(new Set(['sendPlain']), true).sendMedia, true)
  assert.equal(prohibiting(new Set(['sendPlain']), true).sendMessages, undefined)
})

test('a group without topics forbids nothing about them', () => {
  assert.equal(prohibiting(new Set(), false).manageTopics, undefined)
  assert.equal(prohibiting(new Set(), true).manageTopics, true)
})

test('prohibitions of old apps, which say less, are understood', () => {
  assert.deepEqual([...permitted({ sendMessages: true, inviteUsers: true })], ['pinMessages', 'changeInfo'])
  assert.ok(permitted({ sendMedia: true }).has('sendPlain'))
  assert.ok(!permitted({ sendMedia: true }).has('sendVoices'))
})

test('a ban is a prohibition to look, too', () => {
  assert.equal(banning(99).viewMessages, true)
  assert.equal(banning(99).untilDate, 99)
})

test('rights that a chat of this kind does not have are not given', () => {
  assert.deepEqual(granting(new Set(['postMessages', 'banUsers']), 'supergroup'), { banUsers: true, other: true })
  assert.deepEqual(granting(new Set(['postMessages', 'banUsers']), 'channel'), { postMessages: true, other: true })
  assert.deepEqual(granting(new Set(), 'channel'), {})
  assert.ok(!adminRights('supergroup').includes('manageTopics'))
  assert.ok(adminRights('supergroup', true).includes('manageTopics'))
})

test('under a conversation stands the field, or the reason why not', () => {
  const is = (where: Peer, about = {}): string => standing(where, about, 1_000).is
  assert.equal(is(person()), 'field')
  assert.equal(is(person({ deleted: true })), 'deleted')
  assert.equal(is(person(), { blocked: true }), 'blocked')
  assert.equal(is(group()), 'field')
  assert.equal(is(group({ left: true })), 'join')
  assert.equal(is(group({ left: true }), { asked: true }), 'asked')
  assert.equal(is(group({ left: true, hasLink: true })), 'field')
  assert.equal(is(channel()), 'channel')
  assert.equal(is(channel({ left: true })), 'join')
  assert.equal(is(group({ left: true, forbidden: true })), 'gone')
  assert.equal(is(group({ restriction: 'Not here.' })), 'restricted')
  assert.equal(is(group(), { topicClosed: true }), 'closed')
  assert.equal(is(group(), { topicClosed: true, topicMine: true }), 'field')
  assert.equal(is(group({ admin: { manageTopics: true } }), { topicClosed: true }), 'field')
})

test('who was silenced learns until when, and whether all were', () => {
  const forEver = 0x7fffffff
  const one = group({ banned: { sendMessages: true, sendPlain: true, untilDate: 5_000 } })
  assert.deepEqual(standing(one, {}, 1_000), { is: 'silenced', until: 5_000, all: false })
  const ever = group({ banned: { sendPlain: true, untilDate: forEver } })
  assert.deepEqual(standing(ever, {}, 1_000), { is: 'silenced', until: 0, all: false })
  const all = group({ everybody: { sendPlain: true } })
  assert.deepEqual(standing(all, {}, 1_000), { is: 'silenced', until: 0, all: true })
  const out = group({ left: true, forbidden: true, until: 5_000 })
  assert.deepEqual(standing(out, {}, 1_000), { is: 'silenced', until: 5_000, all: false })
})
