/** Somebody in a group or channel, and what they are there. Pure. */

import type { PeerId, Rights } from '../model/types.ts'
import { peerId, rightsOf } from '../translate/peers.ts'
import type * as api from '../translate/tl.ts'

export type Role = 'creator' | 'admin' | 'member' | 'restricted' | 'out'

export interface Member {
  user: PeerId // a channel, where one is kept from writing
  role: Role
  rank: string // a title instead of "admin"
  date: number // since when they are in, seconds of Unix time
  rights: Rights | null // of an administrator
  banned: Rights | null // what they may not do
  by: PeerId // who promoted or restricted them; 0: nobody
  mayEdit: boolean // an administrator whose rights I may change
  left: boolean
}

const PLAIN = { rank: '', date: 0, rights: null, banned: null, by: 0, mayEdit: false, left: false }

export function member(given: api.Participant): Member {
  const rank = 'rank' in given ? (given.rank ?? '') : ''
  switch (given._) {
    case 'channelParticipant':
    case 'channelParticipantSelf':
      return { ...PLAIN, user: given.userId, role: 'member', rank, date: given.date }
    case 'channelParticipantCreator':
      return { ...PLAIN, user: given.userId, role: 'creator', rank, rights: rightsOf(given.adminRights) }
    case 'channelParticipantAdmin': {
      const { userId: user, date, promotedBy: by, canEdit: mayEdit = false } = given
      return { ...PLAIN, user, role: 'admin', rank, date, by, mayEdit, rights: rightsOf(given.adminRights) }
    }
    case 'channelParticipantBanned': {
      const banned = rightsOf(given.bannedRights)
      const role = banned?.viewMessages === true ? 'out' : 'restricted'
      const { date, kickedBy: by, left = false } = given
      return { ...PLAIN, user: peerId(given.peer), role, rank, date, by, banned, left }
    }
    case 'channelParticipantLeft':
      return { ...PLAIN, user: peerId(given.peer), role: 'out', left: true }
  }
}

export function groupMember(given: api.GroupParticipant): Member {
  const rank = given.rank ?? ''
  if (given._ === 'chatParticipantCreator') return { ...PLAIN, user: given.userId, role: 'creator', rank }
  const role = given._ === 'chatParticipantAdmin' ? 'admin' : 'member'
  return { ...PLAIN, user: given.userId, role, rank, date: given.date, by: given.inviterId }
}
