/** What a browser makes of a receipt: the one `verify.py` checks in the tests of the log (tests/trust), and others made of it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { checkReceipt, policy, Wrong } from '../../src/chappe/gateways/web/log_page/checking.js'
import { SERVICE, type Entity, type Media } from '../source/model/types.ts'
import { isDecision, receiptIn } from '../source/receipts/finding.ts'
import sample from './receipt.sample.json'

async function checked(receipt: string, by = sample.policy) {
  const seen: string[] = []
  const proved = await checkReceipt(receipt, await policy(by), (_, name) => seen.push(name))
  return { ...proved, seen }
}

async function wrong(receipt: string, by?: string): Promise<string> {
  try {
    await checked(receipt, by)
  } catch (error) {
    if (error instanceof Wrong) return error.word
    throw error
  }
  return 'it holds'
}

/** Return the receipt with something else beside its proof. */
function beside(change: (fields: Record<string, string>) => Record<string, string>): string {
  return sample.receipt.replace(/^extra (.*)$/m, (_, packed: string) => `extra ${btoa(JSON.stringify(change(JSON.parse(atob(packed)) as never)))}`)
}

test('a receipt says which entry, what, about whom, and who saw it', async () => {
  const { origin, index, entry, identity, seen } = await checked(sample.receipt)
  assert.deepEqual([origin, index, identity, seen], ['chappe.example/log', 4, 'user:7', ['w1', 'w2']])
  assert.deepEqual([entry['kind'], entry['act']], ['operator.act', 'suspend'])
})

test('one that was touched is named by what is wrong with it', async () => {
  const { receipt } = sample
  assert.equal(await wrong(receipt.replace('index 4', 'index 5')), 'entry')
  assert.equal(await wrong(receipt.replace('index 4', 'index 400')), 'entry')
  assert.equal(await wrong(receipt.replace(/^index 4\n[^\n]+\n/m, 'index 4\n')), 'entry')
  assert.equal(await wrong(beside((fields) => ({ ...fields, entry: fields['entry']!.replace('spam', 'fraud') }))), 'entry')
  assert.equal(await wrong(beside((fields) => ({ ...fields, identity: 'user:8' }))), 'about')
  assert.equal(await wrong(beside((fields) => ({ ...fields, record_key: '0'.repeat(64) }))), 'about')
  assert.equal(await wrong(beside((fields) => ({ ...fields, record_key: 'short' }))), 'form')
  assert.equal(await wrong(receipt.replace('\n8\n', '\n9\n')), 'forged')
  assert.equal(await wrong(receipt.replace(/^— witness.*\n/gm, '')), 'few')
  assert.equal(await wrong(receipt.replace(/^— chappe.*\n/gm, '')), 'unsigned')
  for (const other of ['', 'c2sp.org/tlog-proof@v1\n\n', receipt.replace('@v1', '@v2'), receipt.replace('\n\n', '\n'), receipt.slice(0, -1)]) {
    assert.equal(await wrong(other), 'form', other)
  }
})

test('who does not believe the log or its witnesses believes no receipt', async () => {
  assert.equal(await wrong(sample.receipt, sample.policy.replace(/^log .*\n/m, '')), 'unsigned')
  assert.equal(await wrong(sample.receipt, sample.policy.replace('group g 2', 'group g 3')), 'few')
})

test('a receipt is found in a message that explains it', () => {
  assert.equal(receiptIn(`Check it yourself:\n\n${sample.receipt.trimEnd()}`), sample.receipt)
  assert.equal(receiptIn('c2sp.org/tlog-proof@v1 is a format'), null)
})

test('the letter of a decision is told from what else the service says', () => {
  const link = `https://chat.example/appeal/7-${'0a'.repeat(16)}`
  const text = `A decision about your account.\n${link}`
  const entities: Entity[] = [{ type: 'link', offset: text.indexOf(link), length: link.length }]
  const file = (name: string) => ({ is: 'document', document: { name } }) as Media
  const letter = { from: SERVICE, out: false, media: null, text, entities }
  assert.equal(isDecision(letter), true)
  assert.equal(isDecision({ ...letter, entities: [], media: file('decision.tlog-proof') }), true)
  assert.equal(isDecision({ ...letter, entities: [], media: file('suspend.tlog-proof') }), false)
  assert.equal(isDecision({ ...letter, from: 7 }), false)
  assert.equal(isDecision({ ...letter, out: true }), false)
  assert.equal(isDecision({ ...letter, text: text.slice(0, -1), entities: [{ type: 'link', offset: text.indexOf(link), length: link.length - 1 }] }), false)
})
