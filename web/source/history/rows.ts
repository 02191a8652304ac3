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
