/** What this person may do with a message, as far as the client can tell; the server decides. Pure but for who is who. */

import { allowed, isAdmin, mayPost } from '../groups/rights.ts'
import type { Message } from '../model/types.ts'
import { peer, self } from '../store.ts'

const EDIT_S = 48 * 3600 // seconds in which a message can be edited; posts and Saved Messages: always

export function mayEdit(message: Message, now: number): boolean {
  if (!message.out || message.forward !== null || message.service !== null || message.id < 0) return false
  const { media } = message
  if (media !== null && !['photo', 'document', 'page'].includes(media.is)) return false
  if (media?.is === 'document' && ['sticker', 'round'].includes(media.document.kind)) return false
  if (message.chat === self.peek()) return true
  const where = peer(message.chat).peek()
  return where?.kind === 'channel' ? mayPost(where) : now - message.date < EDIT_S
}

/** Say whether a message can be deleted at all: for oneself in private, for all in supergroups and channels. */
export function mayDelete(message: Message): boolean {
  const where = peer(message.chat).peek()
  if (where === undefined || where.kind === 'user' || where.kind === 'group') return true
  if (message.id < 0 || message.out) return message.id !== 1
  return where.creator === true || where.admin?.deleteMessages === true
}

/** Say whether a message can be deleted for the others too, and one can choose. */
export function mayDeleteForAll(message: Message): boolean {
  const where = peer(message.chat).peek()
  if (message.id < 0 || message.chat === self.peek() || where === undefined) return false
  if (where.kind === 'user') return where.support !== true
  return where.kind === 'group' && where.left !== true && (message.out || isAdmin(where))
}

/** Say whether what a message holds may be taken elsewhere: its chat or the message may forbid it. */
export function mayTakeAway(message: Message): boolean {
  return !message.noForwards && peer(message.chat).peek()?.noForwards !== true
}

export function mayForward(message: Message): boolean {
  return message.id > 0 && message.service === null && mayTakeAway(message)
}

export function mayPin(message: Message): boolean {
  const where = peer(message.chat).peek()
  return message.id > 0 && message.service === null && where !== undefined && allowed(where, 'pinMessages')
}

export function mayReact(message: Message): boolean {
  const where = peer(message.chat).peek()
  if (message.id < 0 || message.service !== null || where === undefined) return false
  return where.kind === 'user' || where.left !== true
}

/** Say whether a message can be reported: somebody else's, not the service's. */
export function mayReport(message: Message): boolean {
  const from = peer(message.from).peek()
  return message.id > 0 && !message.out && message.service === null && from?.support !== true && from?.self !== true
}

/** Say whether one can see who read a message: one's own, in a group. */
export function mayAskWhoRead(message: Message): boolean {
  const where = peer(message.chat).peek()
  if (message.id < 0 || !message.out || message.service !== null) return false
  return where?.kind === 'group' || where?.kind === 'supergroup'
}
