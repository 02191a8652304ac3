/** A question: somebody has logged in, or wants something of the account. Is it its person? */

import { Button } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief } from '../ui/times.ts'
import { t } from '../words.ts'
import { admit, type Device, turnOut } from './devices.ts'

export function Asked({ one }: { one: Device }) {
  const name = `${one.deviceModel}, ${brief(one.dateCreated, Date.now() / 1000)}` // several may be of one kind
  const question = t('settings.sessions.asked.who', { name })
  return (
    <div class="reminder" role="group" aria-label={question}>
      <p>{question}</p>
      <div class="reminder-actions">
        <Button kind="danger" onPress={() => void attempt(() => turnOut(one))}>
          {t('settings.sessions.asked.no')}
        </Button>
        <Button onPress={() => void attempt(() => admit(one))}>{t('settings.sessions.asked.yes')}</Button>
      </div>
    </div>
  )
}
