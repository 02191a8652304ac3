/** A question: somebody has logged in, or wants something of the account. Is it its person? */

import { Button } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { admit, type Device, turnOut } from './devices.ts'

export function Asked({ one }: { one: Device }) {
  return (
    <aside class="reminder" aria-label={t('settings.sessions.asked')}>
      <p>{t('settings.sessions.asked.who', { name: one.deviceModel })}</p>
      <div class="reminder-actions">
        <Button kind="danger" onPress={() => void attempt(() => turnOut(one))}>
          {t('settings.sessions.asked.no')}
        </Button>
        <Button onPress={() => void attempt(() => admit(one))}>{t('settings.sessions.asked.yes')}</Button>
      </div>
    </aside>
  )
}
