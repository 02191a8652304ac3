import assert from 'node:assert/strict'
import { test } from 'node:test'

import { appLink, type Target, targetOf, targetOfPath } from '../source/groups/addresses.ts'

const OWN = ['https://chat.example.org']
const at = (path: string): Target | null => targetOf(`https://chat.example.org${path}`, OWN)
const name = (more: Partial<Target> = {}): Target => ({ is: 'name', name: 'gallery', message: 0, thread: 0, comment: 0, ...more }) as Target

test('invite links have two shapes', () => {
  const invite = { is: 'invite', hash: 'AbCd_-123456' }
  assert.deepEqual(at('/+AbCd_-123456'), invite)
  assert.deepEqual(at('/joinchat/AbCd_-123456'), invite)
  assert.deepEqual(targetOf('https://t.me/+AbCd_-123456', OWN), invite)
  assert.deepEqual(targetOf('tg://join?invite=AbCd_-123456', OWN), invite)
  assert.deepEqual(targetOf('tg:join?invite=AbCd_-123456', OWN), invite)
})

test('a plus with digits is a phone number', () => {
  assert.deepEqual(at('/+33612345678'), { is: 'phone', phone: '33612345678' })
})

test('names lead to a chat, to a message, to one of a topic, to a comment', () => {
  assert.deepEqual(at('/gallery'), name())
  assert.deepEqual(at('/gallery/'), name())
  assert.deepEqual(at('/gallery/12'), name({ message: 12 }))
  assert.deepEqual(at('/gallery/5/12'), name({ message: 12, thread: 5 }))
  assert.deepEqual(at('/gallery/12?comment=7'), name({ message: 12, comment: 7 }))
  assert.deepEqual(at('/gallery/12?thread=5'), name({ message: 12, thread: 5 }))
  assert.deepEqual(targetOf('https://gallery.t.me/12', OWN), name({ message: 12 }))
  assert.deepEqual(targetOf('tg://resolve?domain=gallery&post=12', OWN), name({ message: 12 }))
})

test('messages of private channels are named by the channel’s number', () => {
  assert.deepEqual(at('/c/44/12'), { is: 'private', channel: 44, message: 12, thread: 0 })
  assert.deepEqual(at('/c/44/5/12'), { is: 'private', channel: 44, message: 12, thread: 5 })
})

test('folders and contacts have their own links', () => {
  assert.deepEqual(at('/addlist/AbCd_-12'), { is: 'folder', slug: 'AbCd_-12' })
  assert.deepEqual(at('/contact/AbCd_-12'), { is: 'contact', token: 'AbCd_-12' })
})

test('what is no link of a chat stays with the browser', () => {
  for (const path of ['/', '/ab', '/assets/start.js', '/apiws', '/gallery/x', '/gallery/1/2/3', '/+ab', '/joinchat/', '/c/x/1', '/%zz', '/share/url']) {
    assert.equal(at(path), null, path)
  }
  assert.equal(targetOf('https://elsewhere.example.org/gallery', OWN), null)
  assert.equal(targetOf('https://t.me.example.org/gallery', OWN), null)
  assert.equal(targetOf('javascript:alert(1)', OWN), null)
  assert.equal(targetOf('tg://settings', OWN), null)
  assert.equal(targetOf('no link', OWN), null)
})

test('an app is given a link of its own that leads to the same', () => {
  for (const path of ['/+AbCd_-123456', '/gallery', '/gallery/12', '/gallery/12?comment=7', '/addlist/AbCd_-12', '/contact/AbCd_-12', '/c/44/12', '/+33612345678']) {
    const target = at(path)
    assert.ok(target !== null, path)
    assert.deepEqual(targetOf(appLink(target as Target) ?? '', []), target)
  }
  assert.deepEqual(targetOfPath('/gallery'), name())
})
