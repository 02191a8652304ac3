/** What I may do in a chat, by my rights there. Pure. */

import type { Peer } from '../model/types.ts'

const ADMIN_ONLY = ['changeInfo', 'deleteMessages', 'banUsers', 'addAdmins', 'anonymous', 'manageTopics', 'postMessages', 'editMessages']

/** Say whether something may be done: by an administrator who has the right; by members if nobody took it from them. */
export function allowed(where: Peer, right: string): boolean {
  if (where.kind === 'user') return true
  if (where.left === true) return false
  if (where.creator === true) return true
  if (where.admin?.[right] === true) return true
  if (where.kind === 'channel') return right === 'pinMessages' ? where.admin?.editMessages === true : false
  if (where.banned?.[right] === true || where.everybody?.[right] === true) return false
  if (right === 'changeInfo' || right === 'inviteUsers' || right === 'pinMessages' || right === 'manageTopics') return true
  return !ADMIN_ONLY.includes(right)
}

/** Say whether messages may be written at all. */
export function mayPost(where: Peer): boolean {
  if (where.kind === 'user') return where.deleted !== true
  if (where.left === true && where.joinToSend === true) return false
  if (where.left === true && where.kind !== 'supergroup') return false
  if (where.kind === 'channel') return where.creator === true || where.admin?.postMessages === true
  if (where.creator === true || where.admin != null) return true
  if (where.left === true) return where.hasLink === true && where.everybody?.sendMessages !== true
  const silenced = where.banned?.sendMessages === true || where.everybody?.sendMessages === true
  const textless = where.banned?.sendPlain === true || where.everybody?.sendPlain === true
  return !silenced && !textless
}

/** Say whether I am an administrator of any kind. */
export function isAdmin(where: Peer): boolean {
  return where.creator === true || where.admin != null
}
