/** The messages of a chat that wait for their moment: sent now, changed or thrown away from here. */

import { MessageRow } from '../search/message_row.tsx'
import type { Message } from '../model/types.ts'
import { back, type Panel } from '../nav.ts'
import { Empty, PanelFrame } from '../ui/kit.tsx'
import { confirm, openMenu, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { clock, day } from '../ui/times.ts'
import { t } from '../words.ts'
import { askWhen, reschedule, scheduledIn, sendNow, unschedule } from './scheduling.ts'
import { begin } from './state.ts'

const OVER = '(max-width: 1100px)' // where the panel lies over the conversation

function menuOf(message: Message): MenuItem[] {
  const later = async (): Promise<void> => {
    const moment = await askWhen(message.date)
    if (moment !== null) await reschedule(message, moment)
  }
  const drop = async (): Promise<void> => {
    const sure = await confirm({ title: t('compose.schedule.drop.ask'), yes: t('history.delete'), danger: true })
    if (sure) await unschedule(message)
  }
  const edit = (): void => {
    if (matchMedia(OVER).matches) void back()
    begin({ is: 'edit', message, scheduled: true })
  }
  return [
    { icon: 'send', label: t('compose.schedule.now'), do: () => void attempt(() => sendNow(message)) },
    { icon: 'pencil', label: t('history.edit'), do: edit },
    { icon: 'calendar', label: t('compose.schedule.change'), do: () => void attempt(later) },
    { icon: 'trash', label: t('history.delete'), danger: true, do: () => void attempt(drop) },
  ]
}

export default function Scheduled({ panel }: { panel: Extract<Panel, { name: 'scheduled' }> }) {
  const messages = scheduledIn(panel.chat).value
  const now = Date.now() / 1000
  return (
    <PanelFrame title={t('compose.scheduled')}>
      {messages.length === 0 && (
        <Empty icon="calendar" title={t('compose.scheduled.none')} note={t('compose.scheduled.note')} />
      )}
      {messages.map((message) => (
        <MessageRow
          key={message.id}
          message={message}
          when={t('compose.schedule.when', { day: day(message.date, now), time: clock(message.date) })}
          onPress={(event) => openMenu(event.currentTarget, menuOf(message))}
        />
      ))}
    </PanelFrame>
  )
}
