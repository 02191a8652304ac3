/** The sign-in of an organisation: out to its provider, and back with a ticket. docs/sign-in.md */

import { call, Refused } from '../api.ts'
import type { Answer } from '../link.ts'
import { toBase64url } from '../model/bytes.ts'
import { about } from '../store.ts'
import { sentence } from '../ui/refusals.ts'
import { says, t } from '../words.ts'
import { askPassword, enter, stage, trouble } from './stage.ts'

/** Why one goes there: to log in, or to connect the account one is logged in to. */
export type Purpose = 'sign-in' | 'connect'

const SECRET_BYTES = 32
const KEPT = 'sign-in' // in sessionStorage, for as long as one is at the provider: of this tab alone
const MADE = /^(sign-in|connect) ([\w-]{43})$/

type Authorization = Answer<'auth.importWebTokenAuthorization'>

/** Return what the button says; null where no organisation signs in. */
export function organisation(): string | null {
  return about.value?.sign_in ?? null
}

/** Leave for the provider. What this tab keeps meanwhile is a secret by which it alone can use the answer. */
export async function setOut(purpose: Purpose): Promise<void> {
  const secret = toBase64url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))
  sessionStorage.setItem(KEPT, `${purpose} ${secret}`)
  location.assign(`/sign-in?for=${toBase64url(new Uint8Array(hash))}`)
}

/** Return what this tab kept when it left, once; null if it did not leave. */
function kept(): { purpose: Purpose; secret: string } | null {
  const [, purpose, secret] = MADE.exec(sessionStorage.getItem(KEPT) ?? '') ?? []
  sessionStorage.removeItem(KEPT)
  return purpose === undefined || secret === undefined ? null : { purpose: purpose as Purpose, secret }
}

function show(purpose: Purpose, ticket: string, secret: string): Promise<Authorization> {
  const webAuthToken = `${purpose}:${ticket}.${secret}`
  return call({ _: 'auth.importWebTokenAuthorization', apiId: 1, apiHash: 'chappe', webAuthToken })
}

/** Return in a sentence why the provider, or this server, let nobody in. */
export function whyNot(word: string): string {
  const name = organisation() ?? ''
  const wanted = `login.sign-in.${word}`
  return t(says(wanted) ? wanted : 'login.sign-in.broken', { name })
}

/** Log in by a ticket; if it opens nothing, say why where one logs in otherwise. */
export async function comeIn(ticket: string, entered: () => Promise<void>): Promise<void> {
  const back = kept()
  try {
    if (back === null) throw new Refused({ text: 'WEBAUTH_TOKEN_EXPIRED', code: 400 })
    await enter(await show('sign-in', ticket, back.secret), entered)
  } catch (error) {
    const text = error instanceof Refused ? error.text : ''
    if (text === 'SESSION_PASSWORD_NEEDED') await askPassword()
    else if (text === 'WEBAUTH_TOKEN_EXPIRED') stage.value = { is: 'number', said: whyNot('expired') }
    else stage.value = { is: 'number', said: trouble(error) }
  }
}

/** Return what connects the account one is logged in to, if that is what one came back for. */
export function connecting(ticket: string): (() => Promise<void>) | null {
  const back = kept()
  if (back === null || back.purpose !== 'connect') return null
  return async () => void (await show('connect', ticket, back.secret))
}

/** Return in a sentence why a ticket connected nothing. */
export function whyNotConnected(error: unknown): string {
  const late = error instanceof Refused && error.text === 'WEBAUTH_TOKEN_EXPIRED'
  return late ? whyNot('expired') : sentence(error)
}
