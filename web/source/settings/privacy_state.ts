/** The rules of privacy as the server keeps them, for the panels that show and change them. */

import { signal } from '@preact/signals'

import { call, inputUser, onEnd } from '../api.ts'
import { KEYS, listOf, type Rules, rulesOf, type What } from './privacy_rules.ts'

export const rules = signal<ReadonlyMap<What, Rules>>(new Map())

function put(what: What, known: Rules): void {
  rules.value = new Map([...rules.peek(), [what, known]])
}

export async function loadRules(what: What): Promise<void> {
  const answer = await call({ _: 'account.getPrivacy', key: { _: KEYS[what] } })
  put(what, rulesOf(answer.rules, answer.chats))
}

/** Keep rules: they are shown at once, and as they were before if the server refuses. */
export async function saveRules(what: What, wanted: Rules): Promise<void> {
  const before = rules.peek().get(what)
  put(what, wanted)
  try {
    const answer = await call({ _: 'account.setPrivacy', key: { _: KEYS[what] }, rules: listOf(wanted, inputUser) })
    put(what, rulesOf(answer.rules, answer.chats))
  } catch (error) {
    if (before !== undefined) put(what, before)
    throw error
  }
}

onEnd(() => {
  rules.value = new Map()
})
