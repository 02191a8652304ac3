/** The second password's state at the server, and the calls that change it. The password itself stays on this device. */

import { call, link, Refused } from '../api.ts'

export interface State {
  set: boolean
  hint: string
  recovery: boolean // there is an address by which it can be replaced
  waiting: string // the pattern of an address that must be confirmed first; '' for none
  login: string // the pattern of the address that log-in codes go to; '' for none
}

export async function passwordState(): Promise<State> {
  const known = await call({ _: 'account.getPassword' })
  return {
    set: known.hasPassword === true,
    hint: known.hint ?? '',
    recovery: known.hasRecovery === true,
    waiting: known.emailUnconfirmedPattern ?? '',
    login: known.loginEmailPattern ?? '',
  }
}

export interface Change {
  now: string // '' where there is none yet
  next: string // '' to remove it
  hint: string
  email: string // '' to leave the address as it is
}

/** Change the password; resolves to whether its new address must be confirmed first. */
export async function changePassword(change: Change): Promise<boolean> {
  try {
    await link.ask('set_password', change)
    return false
  } catch (error) {
    if (error instanceof Refused && error.text.startsWith('EMAIL_UNCONFIRMED')) return true
    throw error
  }
}

export async function confirmAddress(code: string): Promise<void> {
  await call({ _: 'account.confirmPasswordEmail', code })
}

export async function resendCode(): Promise<void> {
  await call({ _: 'account.resendPasswordEmail' })
}

export async function cancelAddress(): Promise<void> {
  await call({ _: 'account.cancelPasswordEmail' })
}

/** Send a code to an address that log-in codes shall go to; resolves to its pattern. */
export async function sendLoginCode(email: string): Promise<string> {
  const purpose = { _: 'emailVerifyPurposeLoginChange' as const }
  return (await call({ _: 'account.sendVerifyEmailCode', purpose, email })).emailPattern
}

export async function proveLoginAddress(code: string): Promise<void> {
  const purpose = { _: 'emailVerifyPurposeLoginChange' as const }
  await call({ _: 'account.verifyEmail', purpose, verification: { _: 'emailVerificationCode', code } })
}
