/** Which keys a bot has put in place of letters, and whether they are shown. */

import { signal } from '@preact/signals'

import type { Below, Message, PeerId } from '../model/types.ts'
import { type Laid, latest } from './laid.ts'
import type { Place } from '../nav.ts'
import { history, onForget, peer } from '../store.ts'

export type Keys = Extract<Below, { is: 'keys' }>

/** Return what stands in place of letters in a conversation, as far as it was read. */
export function laidIn({ chat, top }: Place): Laid<Below> | null {
  const { ids, messages } = history(chat, top).value
  const where = peer(chat).value
  if (where === undefined || where.kind === 'channel' || (where.kind === 'user' && where.bot !== true)) return null
  const known = function* (): Iterable<Message> {
    for (let at = ids.length - 1; at >= 0; at--) {
      const message = messages.get(ids[at] as number)
      if (message !== undefined) yield message
    }
  }
  return latest(known())
}

/** Return what a bot wants to stand in the empty field; '': nothing. */
export function hintFor(place: Place): string {
  const below = laidIn(place)?.below
  return below === undefined || below.is === 'letters' ? '' : below.hint
}

/** Of each chat: the message whose keys were put away. */
const away = signal<ReadonlyMap<PeerId, number>>(new Map())

/** Say whether the keys of a message are to be seen. */
export function areShown({ chat, id }: Message): boolean {
  return away.value.get(chat) !== id
}

/** Show the keys of a message, or put them away until another brings its own. */
export function showKeys({ chat, id }: Message, shown: boolean): void {
  const changed = new Map(away.peek())
  if (shown) changed.delete(chat)
  else changed.set(chat, id)
  away.value = changed
}

onForget(() => {
  away.value = new Map()
})
