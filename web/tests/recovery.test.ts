import assert from 'node:assert/strict'
import { test } from 'node:test'

import { recoveryCode } from '../source/login/recovery_code.ts'

const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ'

function made(letters: string): string {
  let sum = 0
  for (const letter of letters) sum = ((sum + LETTERS.indexOf(letter)) * 5) % 23
  return letters + (LETTERS[sum] ?? '')
}

const code = made('KQXTAMBZRWYPSDFGHJCENUVKQXTAM')

test('a code is taken however it was typed', () => {
  assert.equal(code.length, 30)
  assert.equal(recoveryCode(code), code)
  const grouped = code.match(/.{5}/g)?.join('-').toLowerCase() ?? ''
  assert.equal(recoveryCode(`  ${grouped} `), code)
})

test('one wrong letter, or two that changed places, are noticed before anything is sent', () => {
  for (let at = 0; at < code.length; at++) {
    const other = code[at] === 'A' ? 'B' : 'A'
    assert.equal(recoveryCode(code.slice(0, at) + other + code.slice(at + 1)), null)
  }
  assert.equal(recoveryCode(`${code[1]}${code[0]}${code.slice(2)}`), null)
  for (const wrong of ['', 'A', code.slice(1), `${code}A`, code.replace('K', 'I')]) assert.equal(recoveryCode(wrong), null)
})
