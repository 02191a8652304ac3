/** From messages to what is drawn: days, the line before unread ones, runs of one sender, albums. Pure. */

import type { Message, PeerId } from '../model/types.ts'

const RUN_S = 600 // seconds between two messages that still stand together

export type Item =
  | { is: 'day'; key: string; date: number }
  | { is: 'unread'; key: string }
  | { is: 'service'; key: string; message: Message }
  | { is: 'message'; key: string; parts: readonly Message[]; first: boolean; last: boolean }

function dayOf(seconds: number): number {
  return new Date(seconds * 1000).setHours(0, 0, 0, 0)
}

function together(one: Message | undefined, other: Message): boolean {
  return (
    one !== undefined &&
    one.service === null &&
    one.from === other.from &&
    one.out === other.out &&
    other.date - one.date < RUN_S &&
    dayOf(one.date) === dayOf(other.date)
  )
}

/** Return the items of a window. `unreadAfter`: the last message that had been read when the chat was opened; 0: no line. */
export function items(messages: readonly Message[], unreadAfter: number): Item[] {
  const made: Item[] = []
  let before: Message | undefined
  let lined = unreadAfter === 0
  for (let at = 0; at < messages.length; ) {
    const message = messages[at] as Message
    if (before === undefined || dayOf(before.date) !== dayOf(message.date)) {
      made.push({ is: 'day', key: `day-${dayOf(message.date)}`, date: message.date })
    }
    if (!lined && !message.out && message.id > unreadAfter) {
      lined = true
      made.push({ is: 'unread', key: 'unread' })
      before = undefined
    }
    if (message.service !== null) {
      made.push({ is: 'service', key: message.key, message })
      before = message
      at++
      continue
    }
    const parts = [message]
    while (message.album !== '' && messages[at + parts.length]?.album === message.album) {
      parts.push(messages[at + parts.length] as Message)
    }
    const first = !together(before, message)
    const after = messages[at + parts.length]
    const last = after === undefined || after.service !== null || !together(message, after)
    made.push({ is: 'message', key: message.key, parts, first, last })
    before = parts.at(-1)
    at += parts.length
  }
  return made
}

/** Return how many messages of others lie between two numbers, as far as the window shows. */
export function countBetween(messages: readonly Message[], after: number, upTo: number): number {
  return messages.filter((one) => !one.out && one.id > after && one.id <= upTo).length
}

/** Say whether senders are named over their messages: not between two people, not by a channel itself. */
export function namesSenders(kind: 'user' | 'group' | 'supergroup' | 'channel', chat: PeerId, self: PeerId): boolean {
  return kind === 'group' || kind === 'supergroup' || chat === self
}

/** Return the message of an album that carries its words: the first that has any. */
export function spoken(parts: readonly Message[]): Message {
  return parts.find(({ text }) => text !== '') ?? (parts[0] as Message)
}

/** A day of the conversation, with what stands in it. */
export interface Day {
  key: string
  date: number // seconds of Unix time, of its first message here
  items: Exclude<Item, { is: 'day' }>[]
}

/** Return items by their days. */
export function byDay(all: readonly Item[]): Day[] {
  const days: Day[] = []
  const seen = new Map<string, number>()
  for (const item of all) {
    if (item.is === 'day') {
      const again = seen.get(item.key) ?? 0 // numbers that do not follow the clock bring a day twice
      seen.set(item.key, again + 1)
      days.push({ key: again === 0 ? item.key : `${item.key}/${again}`, date: item.date, items: [] })
    } else days.at(-1)?.items.push(item)
  }
  return days
}
