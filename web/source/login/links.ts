/** Links that let somebody in: an invitation, the operator's link back in, and what an organisation's sign-in ends with. */

import { call, Refused } from '../api.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { enterBy, waitOf } from './recovery.ts'
import { askPassword, enter, type SentCode, stage, trouble } from './stage.ts'

const LINK = /^#(join|reentry|sign-in|sign-in-trouble)=([\w-]{6,})$/

/** What a link that was opened is for, and its token; of trouble, the word for it. */
export interface Opened {
  for: 'join' | 'reentry' | 'sign-in' | 'sign-in-trouble'
  token: string
}

/** Return the link in the address, and take it out of there: a token belongs into no history. */
export function openedLink(): Opened | null {
  const [, purpose, token] = LINK.exec(location.hash) ?? []
  if (purpose === undefined || token === undefined) return null
  history.replaceState(null, '', location.pathname)
  return { for: purpose as Opened['for'], token }
}

/** Begin with an invitation instead of a number; if it does not open, say why where one logs in otherwise. */
export async function joinBy(token: string): Promise<void> {
  try {
    await open(token)
  } catch (error) {
    stage.value = { is: 'number', said: trouble(error) }
  }
}

async function open(token: string): Promise<void> {
  const number = `join:${token}`
  const sent = (await call({
    _: 'auth.sendCode',
    phoneNumber: number,
    apiId: 1,
    apiHash: 'chappe',
    settings: { _: 'codeSettings' },
  })) as SentCode
  stage.value = { is: 'name', number, hash: sent.phoneCodeHash, joining: true }
}

/** Log in by a code or link; what is asked for besides, or refused, is shown. */
export async function enterByToken(kind: 'recovery' | 'reentry', token: string, entered: () => Promise<void>): Promise<void> {
  try {
    await enter(await enterBy(kind, token), entered)
  } catch (error) {
    if (!(error instanceof Refused) || error.text !== 'SESSION_PASSWORD_NEEDED') throw error
    await askPassword()
  }
}

/** Begin with the operator's link back in; while it waits, say until when. */
export async function comeBack(token: string, entered: () => Promise<void>): Promise<void> {
  try {
    await enterByToken('reentry', token, entered)
  } catch (error) {
    const wait = waitOf(error)
    const date = dateAndTime(Date.now() / 1000 + wait)
    stage.value = { is: 'number', said: wait > 0 ? t('login.reentry.wait', { date }) : trouble(error) }
  }
}
