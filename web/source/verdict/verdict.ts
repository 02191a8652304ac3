/** Checking a receipt of the public log in this browser, and saying in a few words what that showed. Loaded when one is checked. */

import * as log from '../../../src/chappe/gateways/web/log_page/checking.js'

import { self } from '../store.ts'
import { isolated } from '../ui/bidi.ts'
import { date } from '../ui/times.ts'
import { says, t } from '../words.ts'

export interface Verdict {
  is: 'holds' | 'wrong' | 'unsure'
  said: readonly string[]
}

/** Return what an entry says, for a reader. Its words are the log's own where there are none of ours. */
function meaning({ kind, act }: log.Proved['entry']): string {
  const word = `verdict.act.${String(act)}`
  if (kind === 'operator.act' && says(word)) return t(word)
  return isolated([kind, act].filter((one) => typeof one === 'string').join(' '))
}

function dayOf({ day }: log.Proved['entry']): string {
  const moment = typeof day === 'string' ? Date.parse(day) : NaN
  return Number.isNaN(moment) ? '…' : date(moment / 1000 + new Date(moment).getTimezoneOffset() * 60)
}

function about(identity: string): string[] {
  if (identity === '') return []
  return [identity === `user:${self.peek()}` ? t('verdict.about.you') : t('verdict.about.other', { who: isolated(identity) })]
}

/** Return what a receipt shows by a policy: https://c2sp.org/tlog-proof. */
async function shown(receipt: string, policy: string): Promise<Verdict> {
  const witnesses: string[] = []
  const proved = await log.checkReceipt(receipt, await log.policy(policy), (word, name) => {
    if (word === 'seen') witnesses.push(isolated(name)) // what is signed by ML-DSA-44 counts for nothing here
  })
  const { origin, index, entry, identity } = proved
  const held = t('verdict.holds', { n: index, log: isolated(origin), day: dayOf(entry), what: meaning(entry) })
  const seen = witnesses.length === 0 ? t('verdict.seen.nobody') : t('verdict.seen', { names: witnesses.join(', '), n: witnesses.length })
  return { is: 'holds', said: [held, ...about(identity), seen, t('verdict.by')] }
}

function why({ word, parts }: log.Wrong): string {
  const known = `verdict.why.${word}`
  return says(known) ? t(known, { name: isolated(String(parts[0] ?? '')) }) : t('verdict.why.form')
}

/** Check a receipt by the keys that this server names. */
export async function verdictOn(receipt: string): Promise<Verdict> {
  try {
    const policy = await log.fetched('policy.txt').catch((error: unknown) => {
      // without the log's keys nothing can be said of a receipt
      throw error instanceof log.Wrong && !(error instanceof log.NotChecked) ? new log.NotChecked('keys') : error
    })
    return await shown(receipt, new TextDecoder().decode(policy))
  } catch (error) {
    if (error instanceof log.NotChecked) return { is: 'unsure', said: [t('verdict.unsure', { why: why(error) })] }
    if (error instanceof log.Wrong) return { is: 'wrong', said: [t('verdict.wrong', { why: why(error) })] }
    const old = error instanceof DOMException && error.name === 'NotSupportedError'
    if (old) return { is: 'unsure', said: [t('verdict.unsure', { why: t('verdict.why.old') })] }
    return { is: 'wrong', said: [t('verdict.wrong', { why: t('verdict.why.form') })] }
  }
}
