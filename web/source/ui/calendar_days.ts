/** The days of a month as a calendar lays them out. Pure. */

const WEEK = 7

/** Return the weekday a week begins with, 0 for Sunday, as the language of the page has it. */
export function firstWeekday(language: string): number {
  const locale = new Intl.Locale(language) as { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } }
  const told = locale.getWeekInfo?.() ?? locale.weekInfo
  if (told !== undefined) return told.firstDay % WEEK
  return language.startsWith('ar') ? 6 : language.startsWith('en') ? 0 : 1
}

/** Return the weeks that show a month (1 to 12), as dates at midnight of the page's time zone; null: not of the month. */
export function weeksOf(year: number, month: number, first: number): (Date | null)[][] {
  const days = new Date(year, month, 0).getDate()
  const lead = (new Date(year, month - 1, 1).getDay() - first + WEEK) % WEEK
  const cells: (Date | null)[] = Array.from({ length: lead }, () => null)
  for (let day = 1; day <= days; day++) cells.push(new Date(year, month - 1, day))
  while (cells.length % WEEK !== 0) cells.push(null)
  return Array.from({ length: cells.length / WEEK }, (_, at) => cells.slice(at * WEEK, (at + 1) * WEEK))
}

/** Return the day that a key leads to from another, or null for a key that leads nowhere. `rtl`: Left is the next day. */
export function dayByKey(from: Date, key: string, rtl: boolean): Date | null {
  const moved = (days: number): Date => new Date(from.getFullYear(), from.getMonth(), from.getDate() + days)
  const inMonth = (months: number): Date => {
    const days = new Date(from.getFullYear(), from.getMonth() + months + 1, 0).getDate()
    return new Date(from.getFullYear(), from.getMonth() + months, Math.min(from.getDate(), days))
  }
  switch (key) {
    case 'ArrowLeft':
      return moved(rtl ? 1 : -1)
    case 'ArrowRight':
      return moved(rtl ? -1 : 1)
    case 'ArrowUp':
      return moved(-WEEK)
    case 'ArrowDown':
      return moved(WEEK)
    case 'PageUp':
      return inMonth(-1)
    case 'PageDown':
      return inMonth(1)
    default:
      return null
  }
}
