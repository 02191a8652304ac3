/** The label over the messages of a day; it opens a calendar to go to another one. */

import type { Place } from '../nav.ts'
import { pickDay } from '../ui/calendar.tsx'
import { attempt } from '../ui/refusals.ts'
import { day } from '../ui/times.ts'
import { t } from '../words.ts'
import { firstOfDay } from './actions.ts'
import { jump } from './jump.ts'

/** Ask for a day and go to its first message. */
export function goToDay({ chat, top }: Place, from: number): void {
  void pickDay({ title: t('history.day.choose'), chosen: from, latest: Date.now() / 1000 }).then((chosen) => {
    if (chosen === null) return
    void attempt(async () => {
      const id = await firstOfDay(chat, top, chosen)
      if (id !== 0) jump(chat, id)
    })
  })
}

export function DayLabel({ place, date }: { place: Place; date: number }) {
  const said = day(date, Date.now() / 1000)
  return (
    <div class="day">
      <button type="button" tabIndex={-1} title={t('history.day.choose')} onClick={() => goToDay(place, date)}>
        {said}
      </button>
    </div>
  )
}
