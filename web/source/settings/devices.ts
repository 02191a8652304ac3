/** The devices of this account, and who wants something of it that none of them has confirmed yet: to be let in, to export it. */

import { signal } from '@preact/signals'

import { call, onEnd } from '../api.ts'
import type { Answer } from '../link.ts'
import { watch } from '../store.ts'

export type Device = Answer<'account.getAuthorizations'>['authorizations'][number]

/** Null until the server was asked. */
export const devices = signal<readonly Device[] | null>(null)

/** Say whether it is still asked who a device is. */
export function isAsked(one: Device): boolean {
  return one.unconfirmed === true && one.current !== true
}

export async function loadDevices(): Promise<void> {
  devices.value = (await call({ _: 'account.getAuthorizations' })).authorizations
}

/** Say that it is oneself. */
export async function admit(one: Device): Promise<void> {
  await call({ _: 'account.changeAuthorizationSettings', hash: one.hash, confirmed: true })
  await loadDevices()
}

/** End a session, or refuse who wants to have one. */
export async function turnOut(one: Device): Promise<void> {
  await call({ _: 'account.resetAuthorization', hash: one.hash })
  await loadDevices()
}

/** End every session but this one. */
export async function turnOutOthers(): Promise<void> {
  await call({ _: 'auth.resetAuthorizations' })
  await loadDevices()
}

watch((event) => {
  if (event.type === 'devices') void loadDevices().catch(() => undefined)
})

onEnd(() => {
  devices.value = null
})
