/** What I may do in a chat, by my rights there, and which rights there are to give and to take. Pure. */

import type { Peer, PeerKind, Rights } from '../model/types.ts'

const ADMIN_ONLY = ['deleteMessages', 'banUsers', 'addAdmins', 'anonymous', 'postMessages', 'editMessages']
/** What members may do too, unless it was taken from them; an administrator by the right of this name only. */
const SHARED = ['changeInfo', 'inviteUsers', 'pinMessages', 'manageTopics']

const FOR_EVER = 0x7fffffff // the `untilDate` of what never ends
const SOON_S = 30 // seconds: an end nearer than that is taken for "for ever" by the API

/** Say whether something may be done: by an administrator who has the right; by members if nobody took it from them. */
export function allowed(where: Peer, right: string): boolean {
  if (where.kind === 'user') return true
  if (where.left === true) return false
  if (where.creator === true) return true
  if (where.admin?.[right] === true) return true
  if (where.kind === 'channel') return right === 'pinMessages' ? where.admin?.editMessages === true : false
  if (where.admin != null) return !ADMIN_ONLY.includes(right) && !SHARED.includes(right)
  if (where.banned?.[right] === true || where.everybody?.[right] === true) return false
  return !ADMIN_ONLY.includes(right)
}

/** Say whether messages may be written at all. */
export function mayPost(where: Peer): boolean {
  if (where.kind === 'user') return where.deleted !== true
  if (where.forbidden === true) return false
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

/** Say whether I have a right as an administrator, not as a member. */
export function hasRight(where: Peer, right: string): boolean {
  if (where.kind === 'user' || where.left === true) return false
  return where.creator === true || where.admin?.[right] === true
}

/** Say whether there is anything to edit for me: its looks, its rules, its members. */
export function mayEdit(where: Peer): boolean {
  if (where.kind === 'user' || where.left === true) return false
  return allowed(where, 'changeInfo') || hasRight(where, 'banUsers') || hasRight(where, 'addAdmins') || hasRight(where, 'inviteUsers')
}

/** Say whether I may make, see and revoke invite links. */
export function mayLink(where: Peer): boolean {
  return isAdmin(where) && hasRight(where, 'inviteUsers')
}

/** The rights an administrator of such a chat can have, in the order they are shown. */
export function adminRights(kind: PeerKind, forum = false): string[] {
  if (kind === 'channel') {
    return ['changeInfo', 'postMessages', 'editMessages', 'deleteMessages', 'inviteUsers', 'addAdmins']
  }
  const topics = forum ? ['manageTopics'] : []
  return ['changeInfo', 'deleteMessages', 'banUsers', 'inviteUsers', 'pinMessages', ...topics, 'anonymous', 'addAdmins']
}

/** What members of a group may do, each with the flags that forbid it, in the order they are shown. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  sendPlain: ['sendPlain'],
  sendPhotos: ['sendPhotos'],
  sendVideos: ['sendVideos'],
  sendRoundvideos: ['sendRoundvideos'],
  sendAudios: ['sendAudios'],
  sendVoices: ['sendVoices'],
  sendDocs: ['sendDocs'],
  sendStickers: ['sendStickers', 'sendGifs', 'sendGames', 'sendInline'],
  sendPolls: ['sendPolls'],
  embedLinks: ['embedLinks'],
  inviteUsers: ['inviteUsers'],
  pinMessages: ['pinMessages'],
  changeInfo: ['changeInfo'],
  manageTopics: ['manageTopics'],
}

export function memberRights(forum = false): string[] {
  return Object.keys(PERMISSIONS).filter((one) => forum || one !== 'manageTopics')
}

/** Return what remains allowed under some prohibitions. */
export function permitted(banned: Rights | null | undefined, forum = false): Set<string> {
  const whole = banned?.sendMessages === true
  const media = banned?.sendMedia === true
  return new Set(
    memberRights(forum).filter((one) => {
      if (whole && (one.startsWith('send') || one === 'embedLinks')) return false
      if (media && one.startsWith('send') && one !== 'sendPlain') return false
      return PERMISSIONS[one]?.some((flag) => banned?.[flag] === true) !== true
    }),
  )
}

/** Return the prohibitions that leave only these things allowed, as the API takes them. `until`: 0 is for ever. */
export function prohibiting(kept: ReadonlySet<string>, forum: boolean, until = 0): { untilDate: number } & Rights {
  const made: { untilDate: number } & Rights = { untilDate: until }
  for (const [name, flags] of Object.entries(PERMISSIONS)) {
    const asked = forum || name !== 'manageTopics' // what was not asked about stays allowed
    if (asked && !kept.has(name)) for (const flag of flags) made[flag] = true
  }
  const sends = Object.keys(PERMISSIONS).filter((one) => one.startsWith('send'))
  if (sends.every((one) => !kept.has(one))) made.sendMessages = true
  if (sends.every((one) => one === 'sendPlain' || !kept.has(one))) made.sendMedia = true
  return made
}

/** The prohibitions of somebody who was thrown out. */
export function banning(until = 0): { untilDate: number } & Rights {
  return { ...prohibiting(new Set(), true, until), viewMessages: true }
}

/** Return administrator's rights as the API takes them, of those that such a chat has. */
export function granting(kept: ReadonlySet<string>, kind: PeerKind, forum = false): Rights {
  const made: Rights = {}
  for (const one of adminRights(kind, forum)) if (kept.has(one)) made[one] = true
  if (Object.keys(made).length > 0) made.other = true
  return made
}

/** Return which of an administrator's rights I may give or take: nobody gives what they have not. */
export function mine(where: Peer, right: string): boolean {
  return where.creator === true || where.admin?.[right] === true
}

/** Return the end of a prohibition in seconds of Unix time; 0: never. */
export function endOf(banned: Rights | null | undefined): number {
  const until = banned?.untilDate
  return typeof until === 'number' && until < FOR_EVER - SOON_S ? until : 0
}

export type Standing =
  | { is: 'field' }
  | { is: 'deleted' }
  | { is: 'blocked' }
  | { is: 'restricted'; text: string } // by whoever runs the server
  | { is: 'gone' } // it does not exist for me any more
  | { is: 'join'; request: boolean }
  | { is: 'asked' } // to be let in
  | { is: 'channel' } // I read, and do not write
  | { is: 'silenced'; until: number; all: boolean } // until: 0 for ever; all: not I alone
  | { is: 'closed' } // the topic

/** What is known beside the chat itself. */
export interface Circumstances {
  blocked?: boolean
  asked?: boolean // I have asked to be let in
  topicClosed?: boolean
  topicMine?: boolean
}

/** Return what stands under a conversation: the field, or why it does not. `now`: seconds of Unix time. */
export function standing(where: Peer, about: Circumstances, now: number): Standing {
  if (where.kind === 'user') {
    if (where.deleted === true) return { is: 'deleted' }
    if (about.blocked === true) return { is: 'blocked' }
    return where.restriction ? { is: 'restricted', text: where.restriction } : { is: 'field' }
  }
  if (where.forbidden === true || (where.left === true && where.kind === 'group')) {
    const until = where.until ?? 0
    return until > now ? { is: 'silenced', until: endOf({ untilDate: until }), all: false } : { is: 'gone' }
  }
  if (where.restriction) return { is: 'restricted', text: where.restriction }
  if (where.left === true && !mayPost(where)) {
    if (about.asked === true) return { is: 'asked' }
    return { is: 'join', request: where.joinRequest === true }
  }
  if (where.kind === 'channel') return mayPost(where) ? { is: 'field' } : { is: 'channel' }
  if (!mayPost(where)) {
    const personal = where.banned?.sendMessages === true || where.banned?.sendPlain === true
    return { is: 'silenced', until: personal ? endOf(where.banned) : 0, all: !personal }
  }
  if (about.topicClosed === true && about.topicMine !== true && !hasRight(where, 'manageTopics')) return { is: 'closed' }
  return { is: 'field' }
}
