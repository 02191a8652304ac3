/** Moments as people read them, in the language of the page. */

import { language, t } from '../words.ts'

const DAY_S = 86_400 // seconds
const HOUR_S = 3_600 // seconds

const formats = new Map<string, Intl.DateTimeFormat>()

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language.value}/${name}`
  let found = formats.get(key)
  if (found === undefined) {
    found = new Intl.DateTimeFormat(language.value, options)
    formats.set(key, found)
  }
  return found
}

export function clock(seconds: number): string {
  return format('clock', { hour: '2-digit', minute: '2-digit' }).format(seconds * 1000)
}

export function dateAndTime(seconds: number): string {
  return format('both', { dateStyle: 'long', timeStyle: 'short' }).format(seconds * 1000)
}

export function date(seconds: number): string {
  return format('longDate', { dateStyle: 'long' }).format(seconds * 1000)
}

/** Return the number of days from one moment's date to another's, by the calendar. */
export function daysBetween(seconds: number, now: number): number {
  const midnight = (one: number): number => new Date(one * 1000).setHours(0, 0, 0, 0)
  return Math.round((midnight(now) - midnight(seconds)) / (DAY_S * 1000))
}

/** For the row of a chat: the time today, the weekday within a week, else the date. */
export function brief(seconds: number, now: number): string {
  const days = daysBetween(seconds, now)
  if (days <= 0) return clock(seconds)
  if (days < 7) return format('weekday', { weekday: 'short' }).format(seconds * 1000)
  const sameYear = new Date(seconds * 1000).getFullYear() === new Date(now * 1000).getFullYear()
  if (sameYear) return format('day', { day: 'numeric', month: 'short' }).format(seconds * 1000)
  return format('date', { dateStyle: 'short' }).format(seconds * 1000)
}

/** For the line between two days of a conversation. */
export function day(seconds: number, now: number): string {
  const days = daysBetween(seconds, now)
  if (days === 0) return t('history.today')
  if (days === 1) return t('history.yesterday')
  const sameYear = new Date(seconds * 1000).getFullYear() === new Date(now * 1000).getFullYear()
  const options: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long' }
  if (sameYear) return format('thisYear', options).format(seconds * 1000)
  return format('year', { day: 'numeric', month: 'long', year: 'numeric' }).format(seconds * 1000)
}

export function lastSeen(seconds: number, now: number): string {
  const ago = now - seconds
  if (ago < 60) return t('ui.seen.just')
  if (ago < HOUR_S) return t('ui.seen.minutes', { n: Math.floor(ago / 60) })
  if (daysBetween(seconds, now) === 0) return t('ui.seen.today', { time: clock(seconds) })
  return t('ui.seen.date', { date: brief(seconds, now) })
}

/** A length of time as minutes and seconds: 3:07. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / HOUR_S), Math.floor(whole / 60) % 60, whole % 60]
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${tail}` : tail
}

const PERIODS = [
  ['year', 365 * DAY_S],
  ['month', 30 * DAY_S],
  ['week', 7 * DAY_S],
  ['day', DAY_S],
  ['hour', HOUR_S],
  ['minute', 60],
] as const

/** A length of time in its largest whole unit: 1 week, 3 days. */
export function period(seconds: number): string {
  const [unit, length] = PERIODS.find(([, one]) => seconds >= one && seconds % one === 0) ?? (['second', 1] as const)
  const options = { style: 'unit', unit, unitDisplay: 'long' } as const
  return new Intl.NumberFormat(language.value, options).format(Math.round(seconds / length))
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

export function size(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  const unitDisplay = unit === 0 ? 'long' : 'short' // bytes are counted in a word of their plural
  const options = { style: 'unit', unit: UNITS[unit], unitDisplay, maximumFractionDigits: unit > 1 ? 1 : 0 } as const
  return new Intl.NumberFormat(language.value, options).format(value)
}

/** A number in a narrow place: 1.2K. */
export function short(value: number): string {
  return new Intl.NumberFormat(language.value, { notation: 'compact', maximumFractionDigits: 1 }).format(value)
}
