/** What the word at the caret asks to be completed with: a person, an emoji or a command. Pure. */

export type Asked =
  | { of: 'people'; from: number; query: string }
  | { of: 'emoji'; from: number; query: string }
  | { of: 'commands'; from: number; query: string }

const PEOPLE = /(?:^|[\s(])@([\p{L}\p{N}_]{0,32})$/u
const COMMAND = /^\/([A-Za-z0-9_]{0,32})$/ // at the beginning of a message
const EMOJI = /(?:^|\s):([\p{L}\p{N}_+-]{2,32})$/u

/** Return what is asked for where the caret stands, with where its word begins; null if nothing is. */
export function askedAt(text: string, caret: number): Asked | null {
  const before = text.slice(Math.max(0, caret - 64), caret)
  const command = caret === before.length ? COMMAND.exec(before) : null
  if (command !== null) return { of: 'commands', from: 0, query: command[1] ?? '' }
  const person = PEOPLE.exec(before)
  if (person !== null) return { of: 'people', from: caret - (person[1]?.length ?? 0) - 1, query: person[1] ?? '' }
  const emoji = EMOJI.exec(before)
  if (emoji !== null) return { of: 'emoji', from: caret - (emoji[1]?.length ?? 0) - 1, query: emoji[1] ?? '' }
  return null
}
