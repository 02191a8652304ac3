/** Naming the e-mail address that log-in codes go to, and proving that one reads its mail. */

import { about } from '../store.ts'
import { Field } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { proveLoginAddress, sendLoginCode } from './password.ts'
import { ask } from './password_dialogs.tsx'

/** Whether this server sends mail at all. */
export function sendsMail(): boolean {
  return about.value?.mail === true
}

function prove(pattern: string, done: () => Promise<void>): void {
  ask({
    title: t('settings.login.email.code'),
    text: t('settings.password.email.sent', { email: pattern }),
    yes: t('settings.password.email.confirm'),
    fields: (trouble) => (
      <Field
        label={t('settings.password.email.code')}
        name="code"
        inputMode="numeric"
        autocomplete="one-time-code"
        trouble={trouble}
        autofocus
        required
      />
    ),
    act: async ({ code = '' }) => {
      await proveLoginAddress(code.trim())
      await done()
      say(t('settings.login.email.done'))
    },
  })
}

/** Ask for an address and then for the code that came there; `done` is told once it holds. */
export function offerLoginAddress(done: () => Promise<void>): void {
  ask({
    title: t('settings.login.email'),
    text: t('settings.login.email.text'),
    yes: t('settings.password.email.send'),
    fields: (trouble) => (
      <Field
        label={t('settings.login.email.field')}
        name="email"
        type="email"
        autocomplete="email"
        trouble={trouble}
        autofocus
        required
      />
    ),
    act: async ({ email = '' }) => {
      const pattern = await sendLoginCode(email.trim())
      setTimeout(() => prove(pattern, done)) // once this dialog is closed
    },
  })
}
