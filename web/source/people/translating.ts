/** The API's full people, groups and channels as `Full`. */

import { type Member, groupMember } from '../groups/member.ts'
import { picture } from '../translate/media.ts'
import { channelId } from '../translate/peers.ts'
import type * as api from '../translate/tl.ts'
import type { Command, PeerId } from '../model/types.ts'
import { clean } from '../ui/bidi.ts'
import type { Full } from './full.ts'

const NOTHING: Full = {
  about: '',
  photo: null,
  blocked: false,
  common: 0,
  birthday: null,
  note: '',
  personal: 0,
  stranger: false,
  commands: [],
  does: '',
  link: '',
  linked: 0,
  online: 0,
  admins: 0,
  thrownOut: 0,
  restricted: 0,
  pending: 0,
  recent: [],
  historyHidden: false,
  membersHidden: false,
  seesMembers: false,
  slowMode: 0,
  slowUntil: 0,
  mayName: false,
  mayDelete: false,
  asMessages: false,
  members: [],
  pts: 0,
}

/** Return what bots understand; `alone`: whose it is where none is named. */
function commandsOf(given: readonly NonNullable<api.UserFull['botInfo']>[], alone: PeerId = 0): Command[] {
  return given.flatMap(({ userId, commands = [] }) => commands.map(({ command, description }) => ({ bot: userId ?? alone, name: command, note: clean(description) })))
}

export function userProfile(given: api.UserFull): Full {
  const { birthday, settings } = given
  return {
    ...NOTHING,
    about: given.about ?? '',
    photo: picture(given.personalPhoto) ?? picture(given.profilePhoto) ?? picture(given.fallbackPhoto),
    blocked: given.blocked ?? false,
    common: given.commonChatsCount,
    birthday: birthday === undefined ? null : { day: birthday.day, month: birthday.month, year: birthday.year ?? 0 },
    note: given.note?.text ?? '',
    personal: given.personalChannelId === undefined ? 0 : channelId(given.personalChannelId),
    stranger: settings.reportSpam === true || settings.blockContact === true,
    commands: given.botInfo === undefined ? [] : commandsOf([given.botInfo], given.id),
    does: given.botInfo?.description ?? '',
  }
}

function linkOf(invite: api.ExportedInvite | undefined): string {
  return invite?._ === 'chatInviteExported' ? invite.link : ''
}

export function groupProfile(given: Extract<api.ChatFull, { _: 'chatFull' }>): Full {
  const { participants } = given
  const members: Member[] = participants._ === 'chatParticipants' ? participants.participants.map(groupMember) : []
  return {
    ...NOTHING,
    about: given.about,
    photo: picture(given.chatPhoto),
    link: linkOf(given.exportedInvite),
    pending: given.requestsPending ?? 0,
    recent: (given.recentRequesters ?? []).map(Number),
    admins: members.filter(({ role }) => role !== 'member').length,
    commands: commandsOf(given.botInfo ?? []),
    seesMembers: participants._ === 'chatParticipants',
    mayName: given.canSetUsername ?? false,
    members,
  }
}

export function channelProfile(given: Extract<api.ChatFull, { _: 'channelFull' }>): Full {
  return {
    ...NOTHING,
    about: given.about,
    photo: picture(given.chatPhoto),
    link: linkOf(given.exportedInvite),
    linked: given.linkedChatId === undefined ? 0 : channelId(given.linkedChatId),
    online: given.onlineCount ?? 0,
    admins: given.adminsCount ?? 0,
    thrownOut: given.kickedCount ?? 0,
    restricted: given.bannedCount ?? 0,
    pending: given.requestsPending ?? 0,
    recent: given.recentRequesters ?? [],
    historyHidden: given.hiddenPrehistory ?? false,
    membersHidden: given.participantsHidden ?? false,
    seesMembers: given.canViewParticipants ?? false,
    slowMode: given.slowmodeSeconds ?? 0,
    slowUntil: given.slowmodeNextSendDate ?? 0,
    mayName: given.canSetUsername ?? false,
    mayDelete: given.canDeleteChannel ?? false,
    asMessages: given.viewForumAsMessages ?? false,
    commands: commandsOf(given.botInfo),
    pts: given.pts,
  }
}
