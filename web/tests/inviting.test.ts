import assert from 'node:assert/strict'
import { test } from 'node:test'

import { inviteIn } from '../source/people/inviting.ts'

test('an invitation is the link of a text, if it has one', () => {
  const joining = 'http://localhost:8443/#join=abcdefghijklmnop'
  const found = inviteIn(`Come and talk to me here. ${joining}`)
  assert.equal(found?.link, joining)
  assert.equal(found?.once, true)
})

test('where everybody may sign up it is the address of the server', () => {
  const found = inviteIn('Come and talk to me here. https://chat.example.org')
  assert.equal(found?.link, 'https://chat.example.org')
  assert.equal(found?.once, false)
})

test('a text without a link is no invitation', () => {
  assert.equal(inviteIn('Come and talk to me here.'), null)
})
