import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ALL, filterOf, type Folder, folderOf, freeId, holds, inFolder, moved, namesAny, NEW } from '../source/settings/folder_rules.ts'
import type { Dialog, Peer } from '../source/model/types.ts'
import type { DialogFilter } from '../source/translate/tl.ts'

const ME = 1
const named = (userId: number) => ({ _: 'inputPeerUser' as const, userId, accessHash: 9n })
const fresh = (userId: number) => ({ _: 'inputPeerUser' as const, userId, accessHash: 0n })
const GIVEN: DialogFilter = {
  _: 'dialogFilter',
  id: 4,
  title: { _: 'textWithEntities', text: 'Friends', entities: [] },
  emoticon: '🐱',
  pinnedPeers: [named(5)],
  includePeers: [{ _: 'inputPeerSelf' }],
  excludePeers: [named(6)],
  groups: true,
  excludeMuted: true,
}
const kept = folderOf(GIVEN, ME)
const who = (id: number, more: Partial<Peer> = {}): Peer => ({
  id, kind: 'user', hash: 0n, name: '', username: '', photo: null, min: false, ...more,
})
const talk = (chat: number, more: Partial<Dialog> = {}) =>
  ({ chat, folder: 0, unread: 0, mentions: 0, marked: false, notify: { mutedUntil: 0 }, ...more }) as Dialog
const folder = (more: Partial<Folder>): Folder => ({ ...NEW, id: 4, ...more })

test('a folder is read with those pinned in it first', () => {
  assert.deepEqual([kept.name, kept.included, kept.excluded], ['Friends', [5, ME], [6]])
  assert.deepEqual([...kept.flags], ['groups', 'excludeMuted'])
})

test('what this page does not show of a folder is kept', () => {
  const again = filterOf({ ...kept, name: 'Others', included: [5, ME, 7] }, ME, fresh)
  if (again._ !== 'dialogFilter') throw new Error(again._)
  assert.equal(again.title.text, 'Others')
  assert.equal(again.emoticon, '🐱')
  assert.deepEqual(again.pinnedPeers, [named(5)])
  assert.deepEqual(again.includePeers, [{ _: 'inputPeerSelf' }, fresh(7)])
  assert.deepEqual([again.groups, again.excludeMuted, again.bots], [true, true, false])
})

test('a chat that is named is in, whatever narrows the folder', () => {
  const narrow = folder({ included: [5], flags: new Set(['excludeMuted', 'excludeRead', 'excludeArchived']) })
  assert.ok(holds(narrow, talk(5, { folder: 1, notify: { mutedUntil: 99 } as Dialog['notify'] }), who(5), 0))
  assert.ok(!holds(narrow, talk(6), who(6), 0))
})

test('kinds are told apart', () => {
  const cases = [
    ['contacts', who(5, { contact: true })],
    ['nonContacts', who(5)],
    ['bots', who(5, { bot: true })],
    ['groups', who(-5, { kind: 'group' })],
    ['groups', who(-5, { kind: 'supergroup' })],
    ['broadcasts', who(-5, { kind: 'channel' })],
  ] as const
  for (const [flag, peer] of cases) {
    for (const other of ['contacts', 'nonContacts', 'bots', 'groups', 'broadcasts'] as const) {
      assert.equal(holds(folder({ flags: new Set([other]) }), talk(peer.id), peer, 0), other === flag)
    }
  }
})

test('muted, read and archived chats of a kind are left out; a mention calls', () => {
  const muted = folder({ flags: new Set(['nonContacts', 'excludeMuted']) })
  const quiet = { notify: { mutedUntil: 10 } as Dialog['notify'] }
  assert.ok(!holds(muted, talk(5, quiet), who(5), 9))
  assert.ok(holds(muted, talk(5, quiet), who(5), 10))
  assert.ok(holds(muted, talk(5, { ...quiet, mentions: 1 }), who(5), 9))
  const unread = folder({ flags: new Set(['nonContacts', 'excludeRead']) })
  assert.ok(!holds(unread, talk(5), who(5), 0))
  assert.ok(holds(unread, talk(5, { marked: true }), who(5), 0))
  const here = folder({ flags: new Set(['nonContacts', 'excludeArchived']) })
  assert.ok(!holds(here, talk(5, { folder: 1, mentions: 1 }), who(5), 0))
  const without = folder({ flags: new Set(['nonContacts']), excluded: [5] })
  assert.ok(!holds(without, talk(5), who(5), 0))
})

test('a folder needs something to hold, and an id of its own', () => {
  assert.ok(!namesAny(folder({ flags: new Set(['excludeRead']), excluded: [5] })))
  assert.ok(namesAny(folder({ flags: new Set(['bots']) })))
  assert.equal(freeId([NEW, folder({ id: 2 }), folder({ id: 4 })]), 3)
})

test('a folder moves by a place and no further than the ends', () => {
  const all = [NEW, folder({ id: 2 }), folder({ id: 3 })]
  const ids = (id: number, by: number) => moved(all, id, by).map((one) => one.id)
  assert.deepEqual([ids(3, -1), ids(ALL, -1), ids(2, 5)], [[0, 3, 2], [0, 2, 3], [0, 3, 2]])
})

test('those pinned in a folder come first in it, then the newest, of the archive too', () => {
  const pinned = folderOf({ ...GIVEN, includePeers: [named(7), named(8)] }, ME)
  const rows = [talk(7, { date: 3 }), talk(8, { date: 9, folder: 1 }), talk(5, { date: 1 }), talk(9, { date: 10 })]
  const dialogs = { byChat: new Map(rows.map((one) => [one.chat, one])), tops: new Map(), pinned: {} }
  assert.deepEqual(inFolder(pinned, dialogs, new Map(), 0).map(({ chat }) => chat), [5, 8, 7])
})
