/** Choosing a day, or a day and a time, in a dialog. By keyboard: arrows for days and weeks, Page Up and Down for months. */

import type { TargetedKeyboardEvent } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

import { language, t } from '../words.ts'
import { dayByKey, firstWeekday, weeksOf } from './calendar_days.ts'
import { Button, IconButton } from './kit.tsx'
import { showModal } from './overlays.tsx'

interface Bounds {
  earliest?: number // seconds of Unix time
  latest?: number
}

interface Asked extends Bounds {
  title: string
  chosen: number // seconds of Unix time: the day that is shown first
}

const midnight = (seconds: number): Date => new Date(new Date(seconds * 1000).setHours(0, 0, 0, 0))
const seconds = (day: Date): number => Math.floor(day.getTime() / 1000)
const sameDay = (one: Date, other: Date): boolean => one.toDateString() === other.toDateString()

function within(day: Date, { earliest, latest }: Bounds): boolean {
  if (earliest !== undefined && day < midnight(earliest)) return false
  return latest === undefined || day <= midnight(latest)
}

function Days(props: { chosen: Date; choose: (day: Date) => void; done: ((day: Date) => void) | null; bounds: Bounds }) {
  const { chosen, choose, done, bounds } = props
  const grid = useRef<HTMLTableElement>(null)
  const first = firstWeekday(language.value)
  const weekday = new Intl.DateTimeFormat(language.value, { weekday: 'narrow' })
  const wholeDate = new Intl.DateTimeFormat(language.value, { dateStyle: 'full' })
  const number = new Intl.NumberFormat(language.value)
  const moved = useRef(false)
  useLayoutEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
    moved.current = false
  }, [chosen])
  const key = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const next = dayByKey(chosen, event.key, document.documentElement.dir === 'rtl')
    if (next === null) return
    event.preventDefault()
    if (!within(next, bounds)) return
    moved.current = true
    choose(next)
  }
  return (
    <table class="calendar-days" role="grid" ref={grid} onKeyDown={key}>
      <thead>
        <tr>
          {Array.from({ length: 7 }, (_, at) => (
            <th key={at} scope="col">
              {weekday.format(new Date(2023, 0, 1 + ((first + at) % 7)))}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(chosen.getFullYear(), chosen.getMonth() + 1, first).map((week, at) => (
          <tr key={at}>
            {week.map((day, place) => (
              <td key={place} role="gridcell" aria-selected={day !== null && sameDay(day, chosen)}>
                {day !== null && (
                  <button
                    type="button"
                    tabIndex={sameDay(day, chosen) ? 0 : -1}
                    class={sameDay(day, new Date()) ? 'today' : ''}
                    aria-label={wholeDate.format(day)}
                    disabled={!within(day, bounds)}
                    onClick={() => (done === null ? choose(day) : done(day))}
                  >
                    {number.format(day.getDate())}
                  </button>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Month({ chosen, choose, bounds }: { chosen: Date; choose: (day: Date) => void; bounds: Bounds }) {
  const title = new Intl.DateTimeFormat(language.value, { month: 'long', year: 'numeric' })
  const turn = (key: 'PageUp' | 'PageDown'): void => {
    const next = dayByKey(chosen, key, false) as Date
    if (within(next, bounds)) choose(next)
    else if (key === 'PageUp' && bounds.earliest !== undefined) choose(midnight(bounds.earliest))
    else if (bounds.latest !== undefined) choose(midnight(bounds.latest))
  }
  return (
    <div class="calendar-month">
      <IconButton icon="back" class="mirrors" label={t('ui.month.before')} onPress={() => turn('PageUp')} />
      <span aria-live="polite">{title.format(chosen)}</span>
      <IconButton icon="forwardArrow" label={t('ui.month.after')} onPress={() => turn('PageDown')} />
    </div>
  )
}

/** Tell of the answer once: what was chosen, or null when the dialog goes away without. */
function useAnswer<T>(answer: (value: T | null) => void): (value: T) => void {
  const given = useRef<T | null>(null)
  useEffect(() => () => answer(given.current), [])
  return (value) => {
    given.current = value
  }
}

function DayDialog({ asked, answer, close }: { asked: Asked; answer: (day: number | null) => void; close: () => void }) {
  const [chosen, setChosen] = useState(midnight(asked.chosen))
  const give = useAnswer(answer)
  const done = (day: Date): void => {
    give(seconds(day))
    close()
  }
  return (
    <div class="ask calendar">
      <h2>{asked.title}</h2>
      <Month chosen={chosen} choose={setChosen} bounds={asked} />
      <Days chosen={chosen} choose={setChosen} done={done} bounds={asked} />
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button onPress={() => done(chosen)}>{t('ui.choose')}</Button>
      </div>
    </div>
  )
}

/** Ask for a day; resolves to its midnight in seconds of Unix time, or null. */
export function pickDay(asked: Asked): Promise<number | null> {
  return new Promise((answer) => {
    showModal((close) => <DayDialog asked={asked} answer={answer} close={close} />, 'modal-calendar')
  })
}

const clockOf = (moment: number): string => {
  const date = new Date(moment * 1000)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

interface AskedMoment extends Asked {
  yes: string // what the button says
}

function MomentDialog(props: { asked: AskedMoment; answer: (moment: number | null) => void; close: () => void }) {
  const { asked, answer, close } = props
  const [day, setDay] = useState(midnight(asked.chosen))
  const [time, setTime] = useState(clockOf(asked.chosen))
  const give = useAnswer(answer)
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const moment = seconds(new Date(day.getFullYear(), day.getMonth(), day.getDate(), hours, minutes))
  const early = moment < (asked.earliest ?? 0)
  return (
    <form
      class="ask calendar"
      onSubmit={(event) => {
        event.preventDefault()
        if (early) return
        give(moment)
        close()
      }}
    >
      <h2>{asked.title}</h2>
      <Month chosen={day} choose={setDay} bounds={asked} />
      <Days chosen={day} choose={setDay} done={null} bounds={asked} />
      <div class="field calendar-time">
        <label for="calendar-time">{t('ui.time')}</label>
        <input id="calendar-time" type="time" required value={time} onInput={(event) => setTime(event.currentTarget.value)} />
      </div>
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button submit disabled={early || time === ''}>
          {asked.yes}
        </Button>
      </div>
    </form>
  )
}

/** Ask for a day and a time; resolves to seconds of Unix time, or null. */
export function pickMoment(asked: AskedMoment): Promise<number | null> {
  return new Promise((answer) => {
    showModal((close) => <MomentDialog asked={asked} answer={answer} close={close} />, 'modal-calendar')
  })
}
