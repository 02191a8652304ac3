/** What an export is asked for, and until when it waits. */

export interface Choice {
  messages: boolean
  files: boolean
  since: string // a day as date fields have it, 2026-11-30; '': from the beginning
}

const DELAY = /^TAKEOUT_INIT_DELAY_(?:%d|(\d+))$/
const ALWAYS = ['account', 'sessions', 'contacts', 'chats', 'settings']

/** Return when an export may begin that was refused for now; 0: it was refused for something else. */
export function waitOf(refused: { text: string; seconds: number }, now: number): number {
  const found = DELAY.exec(refused.text)
  if (found === null) return 0
  return now + (refused.seconds || Number(found[1] ?? 0))
}

/** Return the fields of the form that fetches an export. */
export function fieldsOf(person: number, number: bigint, choice: Choice): Record<string, string> {
  const classes = [...ALWAYS]
  if (choice.messages) classes.push('messages')
  if (choice.files) classes.push('media')
  const since = choice.since === '' ? Number.NaN : Date.parse(`${choice.since}T00:00:00`) / 1000
  return {
    person: String(person),
    export: String(number),
    classes: classes.join(','),
    ...(since > 0 ? { since: String(since) } : {}),
  }
}
