/** Who is writing where, as far as it was said within the last seconds. Pure. */

import type { Event } from './events.ts'
import type { PeerId, Typing } from './types.ts'

const LASTS_MS = 6_000 // a client says it anew every five seconds

export type Typings = ReadonlyMap<PeerId, readonly Typing[]>

export function reduce(typings: Typings, event: Event): Typings {
  if (event.type === 'typing') {
    const others = (typings.get(event.chat) ?? []).filter((one) => one.user !== event.user)
    const now =
      event.action === ''
        ? others
        : [...others, { user: event.user, action: event.action, until: event.now + LASTS_MS }]
    return new Map(typings).set(event.chat, now)
  }
  if (event.type === 'message' && event.message.from !== 0) {
    const { chat, from } = event.message
    const known = typings.get(chat)
    if (known?.some((one) => one.user === from) !== true) return typings
    return new Map(typings).set(chat, known.filter((one) => one.user !== from))
  }
  return typings
}

/** Return what still holds at a moment, in milliseconds; the same object if all of it does. */
export function expired(typings: Typings, now: number): Typings {
  const left = new Map<PeerId, readonly Typing[]>()
  let changed = false
  for (const [chat, those] of typings) {
    const alive = those.filter(({ until }) => until > now)
    if (alive.length !== those.length) changed = true
    if (alive.length > 0) left.set(chat, alive)
  }
  return changed ? left : typings
}
