/** A line over the chats of somebody who would be lost with this browser. */

import { openPanel } from '../nav.ts'
import { reminded, remindLater } from '../settings/ways.ts'
import { Button } from '../ui/kit.tsx'
import { t } from '../words.ts'

export function Reminder() {
  if (!reminded.value) return null
  return (
    <aside class="reminder" aria-label={t('settings.wayback')}>
      <p>{t('settings.wayback.banner')}</p>
      <div class="reminder-actions">
        <Button kind="plain" onPress={remindLater}>
          {t('settings.wayback.banner.later')}
        </Button>
        <Button onPress={() => openPanel('left', { name: 'settings.wayback' })}>
          {t('settings.wayback.banner.do')}
        </Button>
      </div>
    </aside>
  )
}
