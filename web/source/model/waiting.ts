/** Messages that wait to be sent, of all chats: a history that is opened later begins with its own. Pure. */

import type { Event } from './events.ts'
import type { Message } from './types.ts'

export type Waiting = ReadonlyMap<number, Message> // by their numbers, below 0, in the order they were written

export const NONE: Waiting = new Map()

function changed(waiting: Waiting, id: number, change: Partial<Message>): Waiting {
  const known = waiting.get(id)
  return known === undefined ? waiting : new Map(waiting).set(id, { ...known, ...change })
}

function without(waiting: Waiting, ids: readonly number[]): Waiting {
  if (!ids.some((id) => waiting.has(id))) return waiting
  const left = new Map(waiting)
  for (const id of ids) left.delete(id)
  return left
}

export function reduce(waiting: Waiting, event: Event): Waiting {
  switch (event.type) {
    case 'message':
      return event.message.id < 0 ? new Map(waiting).set(event.message.id, event.message) : waiting
    case 'sent':
      return without(waiting, [event.temporary])
    case 'removed':
      return without(waiting, event.ids)
    case 'progress':
      return changed(waiting, event.id, { progress: event.progress })
    case 'failed':
      return changed(waiting, event.id, { sending: 'failed', trouble: event.trouble })
    default:
      return waiting
  }
}
