/** The photos and films of a chat in their order, as far as they are known, and which of them is looked at. Pure. */

import type { Message } from '../model/types.ts'

export interface Gallery {
  messages: readonly Message[] // the oldest first
  at: number // the number of the one that is looked at
  start: boolean // no older ones exist
  end: boolean // no newer ones exist
}

/** Return the gallery of what is known at first. */
export function opened(message: Message, beside: readonly Message[] = []): Gallery {
  const known = beside.some(({ id }) => id === message.id) ? beside : [message]
  return merged({ messages: [], at: message.id, start: false, end: false }, known)
}

function merged(gallery: Gallery, more: readonly Message[]): Gallery {
  const byId = new Map([...gallery.messages, ...more].map((one) => [one.id, one]))
  return { ...gallery, messages: [...byId.values()].sort((one, other) => one.id - other.id) }
}

/** Add messages that a search found; `start` and `end` say which of the ends they reach. */
export function found(gallery: Gallery, more: readonly Message[], reaches: { start: boolean; end: boolean }): Gallery {
  const all = merged(gallery, more)
  return { ...all, start: gallery.start || reaches.start, end: gallery.end || reaches.end }
}

export function current({ messages, at }: Gallery): Message | undefined {
  return messages.find(({ id }) => id === at)
}

/** Return the neighbour: 1 is the next newer one, -1 the next older one. */
export function neighbour({ messages, at }: Gallery, by: 1 | -1): Message | undefined {
  const place = messages.findIndex(({ id }) => id === at)
  return place < 0 ? undefined : messages[place + by]
}

export function moved(gallery: Gallery, by: 1 | -1): Gallery {
  return { ...gallery, at: neighbour(gallery, by)?.id ?? gallery.at }
}

/** Leave messages out that were deleted; null if nothing is left to look at. */
export function without(gallery: Gallery, gone: ReadonlySet<number>): Gallery | null {
  const messages = gallery.messages.filter(({ id }) => !gone.has(id))
  if (!gone.has(gallery.at)) return { ...gallery, messages }
  const next = messages.find(({ id }) => id > gallery.at) ?? messages.at(-1)
  return next === undefined ? null : { ...gallery, messages, at: next.id }
}
