/** The second password (two-step verification): proving it and changing it by SRP, so that it never leaves the device. */

import type { tl } from '@mtcute/core'
import type { BaseTelegramClient } from '@mtcute/web'

/** Prove the password after a login was answered SESSION_PASSWORD_NEEDED. */
export async function provePassword(
  client: BaseTelegramClient,
  password: string,
): Promise<tl.auth.TypeAuthorization> {
  const asked = await client.call({ _: 'account.getPassword' })
  const proof = await client.computeSrpParams(asked, password)
  return client.call({ _: 'auth.checkPassword', password: proof })
}

/** Set, change or remove the password: `now` is empty if there is none yet, `next` to remove it. */
export async function changePassword(
  client: BaseTelegramClient,
  { now, next, hint, email }: { now: string; next: string; hint: string; email: string },
): Promise<void> {
  const asked = await client.call({ _: 'account.getPassword' })
  const algo = asked.newAlgo
  const settings: tl.account.RawPasswordInputSettings = {
    _: 'account.passwordInputSettings',
    newAlgo: next === '' ? { _: 'passwordKdfAlgoUnknown' } : algo,
    newPasswordHash:
      next === '' ? new Uint8Array() : await client.computeNewPasswordHash(algo, next),
    hint,
    ...(email === '' ? {} : { email }),
  }
  await client.call({
    _: 'account.updatePasswordSettings',
    password: asked.hasPassword
      ? await client.computeSrpParams(asked, now)
      : { _: 'inputCheckPasswordEmpty' },
    newSettings: settings,
  })
}

/** Make a recovery code for whoever is logged in; `password` proves it is them, where they have one. */
export async function makeRecoveryCode(client: BaseTelegramClient, password: string): Promise<string> {
  const asked = await client.call({ _: 'account.getPassword' })
  const made = await client.call({
    _: 'account.getTmpPassword',
    password: asked.hasPassword
      ? await client.computeSrpParams(asked, password)
      : { _: 'inputCheckPasswordEmpty' },
    period: 0, // docs/a-way-back.md
  })
  return new TextDecoder().decode(made.tmpPassword)
}
