import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isForMe, latest } from '../source/bots/laid.ts'
import { appLink, targetOf } from '../source/groups/addresses.ts'
import type { Below } from '../source/model/types.ts'
import { below, keyboard } from '../source/translate/messages.ts'
import type * as api from '../source/translate/tl.ts'
import { message as said } from './sample.ts'

const keys: Below = { is: 'keys', rows: [], selective: false, once: false, hint: '' }

test('the newest of what bots put in place of letters stands there, until one takes it away', () => {
  const older = said(1, { below: keys })
  const plain = said(2, {})
  const answer = said(3, { below: { is: 'answer', selective: false, hint: 'How old?' } })
  const letters = said(4, { below: { is: 'letters', selective: false } })
  assert.equal(latest([plain])?.message.id, undefined)
  assert.equal(latest([plain, older])?.message.id, 1)
  assert.equal(latest([answer, plain, older])?.below.is, 'answer')
  assert.equal(latest([letters, answer, older]), null)
})

test('what is for some is for whom it names or answers; nothing of mine is for me', () => {
  const some: Below = { ...keys, selective: true }
  assert.equal(isForMe(said(1, { below: some })), false)
  assert.equal(isForMe(said(1, { below: some, mentioned: true })), true)
  assert.equal(isForMe(said(1, { below: keys, out: true })), false)
  assert.equal(latest([said(2, { below: some }), said(1, { below: keys })])?.message.id, 1)
})

test('a markup is either under a message or in place of letters', () => {
  const rows = [
    {
      _: 'keyboardButtonRow',
      buttons: [
        { _: 'keyboardButton', text: 'Yes', style: { _: 'keyboardButtonStyle', bgDanger: true } },
        { _: 'keyboardButtonSwitchInline', text: 'Ask', query: 'cats', samePeer: true },
        { _: 'keyboardButtonRequestPeer', text: 'Whom?', buttonId: 7, peerType: { _: 'requestPeerTypeUser' }, maxQuantity: 1 },
      ],
    },
  ]
  const given = { _: 'replyKeyboardMarkup', rows, singleUse: true, placeholder: 'Choose' } as api.ReplyMarkup
  const made = below(given)
  assert.equal(keyboard(given), null)
  if (made?.is !== 'keys') throw new Error('no keys')
  assert.deepEqual([made.once, made.selective, made.hint], [true, false, 'Choose'])
  const [yes, ask, whom] = made.rows[0] ?? []
  assert.equal(yes?.style, 'danger')
  assert.deepEqual(ask?.inline, { query: 'cats', here: true })
  assert.deepEqual(whom?.wants, { button: 7, kind: 'requestPeerTypeUser', most: 1 })
  assert.equal(below({ _: 'replyInlineMarkup', rows } as api.ReplyMarkup), null)
  assert.deepEqual(below({ _: 'replyKeyboardHide', selective: true } as api.ReplyMarkup), { is: 'letters', selective: true })
  assert.deepEqual(below({ _: 'replyKeyboardForceReply', placeholder: 'How old?' } as api.ReplyMarkup), { is: 'answer', selective: false, hint: 'How old?' })
})

test('a link may tell a bot something when it is started', () => {
  const own = ['https://chat.example.org']
  const helper = { is: 'name', name: 'helper_bot', message: 0, thread: 0, comment: 0 }
  assert.deepEqual(targetOf('https://chat.example.org/helper_bot?start=ab-c_1', own), { ...helper, start: 'ab-c_1' })
  assert.deepEqual(targetOf('https://chat.example.org/helper_bot?start', own), { ...helper, start: '' })
  assert.deepEqual(targetOf('tg://resolve?domain=helper_bot&startgroup=x', own), { ...helper, group: 'x' })
  assert.deepEqual(targetOf('https://chat.example.org/helper_bot?start=a%20b', own), helper)
  assert.equal(appLink({ ...helper, is: 'name', start: 'x' }), 'tg://resolve?domain=helper_bot&start=x')
})
