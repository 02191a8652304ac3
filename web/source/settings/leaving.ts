/** Logging out: the session ends, and nothing of it stays on this device. */

import { link } from '../api.ts'
import { confirm } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { forgetPushes } from './push.ts'
import { forgetReminder } from './ways.ts'

export async function logOut(): Promise<void> {
  try {
    await forgetPushes().catch(() => undefined)
    await link.ask('leave', null)
  } catch {
    // the server is away: this device forgets the session all the same
  } finally {
    forgetReminder()
    location.replace('/')
  }
}

export function askToLogOut(): void {
  const question = { title: t('settings.leave.ask'), text: t('settings.leave.text'), yes: t('settings.leave') }
  void confirm({ ...question, danger: true }).then((sure) => {
    if (sure) void logOut()
  })
}
