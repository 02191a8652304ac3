/** What a bot has put in place of letters, and for whom. Pure. */

import type { Below, Message } from '../model/types.ts'

export interface Laid<B extends Below> {
  message: Message
  below: B
}

/** Say whether what a bot puts in place of letters is meant for me. */
export function isForMe({ out, mentioned, below }: Pick<Message, 'out' | 'mentioned' | 'below'>): boolean {
  return !out && below !== undefined && (!below.selective || mentioned)
}

/** Return what stands in place of letters: what the newest message says that is for me. `newest` first. */
export function latest(newest: Iterable<Message>): Laid<Below> | null {
  for (const message of newest) {
    if (message.below !== undefined && isForMe(message)) return message.below.is === 'letters' ? null : { message, below: message.below }
  }
  return null
}
