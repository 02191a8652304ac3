/** Which ways back in somebody has, beside the browser they sit at. docs/a-way-back.md */

import { signal } from '@preact/signals'

import { choice, choose, unchoose } from '../kept/device.ts'
import { call } from '../api.ts'
import { peer, self } from '../store.ts'

export const RECOVERY_CODE = 'recovery-code' // its id in the list of passkeys
const SIGN_IN = 'sign-in' // likewise, of an organisation's sign-in
const ANONYMOUS = /^888/ // numbers that no telephone has
const LATER = 'wayback-later' // in localStorage: when the reminder was put off
const LATER_MS = 3 * 86_400_000 // for which it stays away

export interface Ways {
  passkeys: number
  code: boolean
  organisation: boolean // whether one comes in by an organisation's sign-in
  devices: number // others that are logged in
  email: string // its pattern; '' without one
  number: boolean // a telephone's: a code comes there
}

/** Say whether something of the list of passkeys is one. */
export function isPasskey({ id }: { id: string }): boolean {
  return id !== RECOVERY_CODE && id !== SIGN_IN
}

export async function waysBack(): Promise<Ways> {
  const { passkeys } = await call({ _: 'account.getPasskeys' })
  const { authorizations } = await call({ _: 'account.getAuthorizations' })
  const { loginEmailPattern = '' } = await call({ _: 'account.getPassword' })
  const has = (wanted: string): boolean => passkeys.some(({ id }) => id === wanted)
  return {
    passkeys: passkeys.filter(isPasskey).length,
    code: has(RECOVERY_CODE),
    organisation: has(SIGN_IN),
    devices: authorizations.filter((one) => one.current !== true && one.unconfirmed !== true).length,
    email: loginEmailPattern,
    number: !ANONYMOUS.test(peer(self.peek()).peek()?.phone ?? '888'),
  }
}

/** Say whether somebody would be lost with this browser. */
export function lostWithout(ways: Ways): boolean {
  return ways.passkeys + ways.devices === 0 && !ways.code && !ways.organisation && ways.email === '' && !ways.number
}

/** Whether the reminder stands over the list of chats. */
export const reminded = signal(false)

export async function remind(): Promise<void> {
  const put = Number(choice(LATER) ?? 0)
  reminded.value = Date.now() - put > LATER_MS && lostWithout(await waysBack())
}

export function remindLater(): void {
  choose(LATER, String(Date.now()))
  reminded.value = false
}

/** Forget that somebody put the reminder off: they logged out. */
export function forgetReminder(): void {
  unchoose(LATER)
}
