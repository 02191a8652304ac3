import assert from 'node:assert/strict'
import { test } from 'node:test'

import { listOf, type Rules, rulesOf, sidesOf, withSide } from '../source/settings/privacy_rules.ts'
import type { Chat } from '../source/translate/tl.ts'

const GROUP = { _: 'chat', id: 7, title: 'a', photo: { _: 'chatPhotoEmpty' }, participantsCount: 1, date: 0, version: 0 } as Chat
const CHANNEL = { _: 'channel', id: 8, title: 'b', photo: { _: 'chatPhotoEmpty' }, date: 0, accessHash: 1n } as Chat
const user = (userId: number) => ({ _: 'inputUser' as const, userId, accessHash: 0n })
const some: Rules = { base: 'contacts', allowed: [5, -7], refused: [6, -1_000_000_000_008], others: [] }

test('rules are read with the chats they name, whatever their kind', () => {
  const given = [
    { _: 'privacyValueAllowUsers' as const, users: [5] },
    { _: 'privacyValueDisallowUsers' as const, users: [6] },
    { _: 'privacyValueAllowChatParticipants' as const, chats: [7] },
    { _: 'privacyValueDisallowChatParticipants' as const, chats: [8] },
    { _: 'privacyValueAllowContacts' as const },
    { _: 'privacyValueDisallowAll' as const },
  ]
  assert.deepEqual(rulesOf(given, [GROUP, CHANNEL]), some)
})

test('rules that say nothing of a base let nobody', () => {
  assert.equal(rulesOf([], []).base, 'nobody')
})

test('rules are written exceptions first, each kind once', () => {
  assert.deepEqual(listOf(some, user), [
    { _: 'inputPrivacyValueAllowUsers', users: [user(5)] },
    { _: 'inputPrivacyValueDisallowUsers', users: [user(6)] },
    { _: 'inputPrivacyValueAllowChatParticipants', chats: [7] },
    { _: 'inputPrivacyValueDisallowChatParticipants', chats: [8] },
    { _: 'inputPrivacyValueAllowContacts' },
  ])
})

test('exceptions that mean nothing beside the base are not written', () => {
  assert.deepEqual(listOf({ ...some, base: 'all', refused: [] }, user), [{ _: 'inputPrivacyValueAllowAll' }])
  assert.deepEqual(listOf({ ...some, base: 'nobody', allowed: [] }, user), [{ _: 'inputPrivacyValueDisallowAll' }])
  assert.deepEqual(sidesOf('contacts'), ['allowed', 'refused'])
})

test('rules about bots and close friends are kept', () => {
  const read = rulesOf([{ _: 'privacyValueAllowCloseFriends' }, { _: 'privacyValueDisallowBots' }, { _: 'privacyValueAllowAll' }], [])
  assert.deepEqual(listOf(read, user), [
    { _: 'inputPrivacyValueAllowCloseFriends' },
    { _: 'inputPrivacyValueDisallowBots' },
    { _: 'inputPrivacyValueAllowAll' },
  ])
})

test('nobody stands on both sides', () => {
  const after = withSide(some, 'refused', [5, 6])
  assert.deepEqual([after.allowed, after.refused], [[-7], [5, 6]])
})
