/** Sentences for what administrators did. */

import type { PeerId } from '../model/types.ts'
import { messagesOf } from '../api.ts'
import { messageText } from '../chats/summary.ts'
import { peer, peers } from '../store.ts'
import { channelId, rightsOf } from '../translate/peers.ts'
import type * as api from '../translate/tl.ts'
import { says, t } from '../words.ts'
import { rightWord } from './admin.tsx'
import { member } from './member.ts'
import { slowWord } from './permissions.tsx'
import { adminRights, memberRights, permitted } from './rights.ts'
import { named } from '../people/naming.ts'

type Action<Name extends string> = Extract<api.LogAction, { _: `channelAdminLogEventAction${Name}` }>

export interface Entry {
  text: string
  details: string[] // what was changed in particular
}

const name = (id: PeerId): string => (peers.value.has(id) ? named(peers.value.get(id)) : t('ui.deleted'))

/** Return what was added to (+) and taken from (−) a set, as lines. */
function differences(before: ReadonlySet<string>, after: ReadonlySet<string>, all: readonly string[]): string[] {
  return all.filter((one) => before.has(one) !== after.has(one)).map((one) => `${after.has(one) ? '+' : '−'} ${rightWord(one, 'supergroup')}`)
}

function granted(given: api.Participant): Set<string> {
  return new Set(Object.keys(member(given).rights ?? {}))
}

function promoted({ prevParticipant: before, newParticipant: after }: Action<'ParticipantToggleAdmin'>): Entry {
  const { user, role } = member(after)
  const was = member(before).role
  const key = role === 'admin' && was !== 'admin' ? 'promoted' : role !== 'admin' && was === 'admin' ? 'dismissed' : 'rights'
  return { text: t(`groups.log.${key}`, { name: name(user) }), details: differences(granted(before), granted(after), adminRights('supergroup', true)) }
}

function banned({ prevParticipant: before, newParticipant: after }: Action<'ParticipantToggleBan'>): Entry {
  const [was, is] = [member(before), member(after)]
  const key = is.role === 'out' && is.banned !== null ? 'out' : is.role === 'restricted' ? 'restricted' : was.role === 'out' ? 'back' : 'pardoned'
  const details = is.role === 'restricted' ? differences(permitted(was.banned, true), permitted(is.banned, true), memberRights(true)) : []
  return { text: t(`groups.log.${key}`, { name: name(is.user) }), details }
}

function ofMessage(key: 'edited' | 'deleted' | 'pinned' | 'unpinned', given: api.Message): Entry {
  const [found] = messagesOf({ messages: [given] })
  if (found === undefined) return { text: t(`groups.log.${key}`), details: [] }
  return { text: t(`groups.log.${key}`), details: [`${named(peer(found.from).value)}: ${messageText(found)}`] }
}

const changed = (key: string, before: string, after: string): Entry => ({
  text: t(`groups.log.${key as 'title'}`),
  details: [before, after].filter((one) => one !== '').map((one, at, all) => (all.length > 1 ? `${at === 0 ? '−' : '+'} ${one}` : one)),
})

const linkOf = (invite: api.ExportedInvite): string[] =>
  invite._ === 'chatInviteExported' ? [invite.title || invite.link.replace(/^https?:\/\//, '')] : []

function turned(key: string, on: boolean): Entry {
  const word = `groups.log.${key}.${on ? 'on' : 'off'}`
  return { text: says(word) ? t(word) : t('groups.log.other'), details: [] }
}

/** Return the sentence of an entry, whose subject is named beside it. */
export function entryText(action: api.LogAction): Entry {
  switch (action._) {
    case 'channelAdminLogEventActionChangeTitle':
      return changed('title', action.prevValue, action.newValue)
    case 'channelAdminLogEventActionChangeAbout':
      return changed('about', action.prevValue, action.newValue)
    case 'channelAdminLogEventActionChangeUsername':
      return changed('username', action.prevValue, action.newValue)
    case 'channelAdminLogEventActionChangePhoto':
      return { text: t('groups.log.photo'), details: [] }
    case 'channelAdminLogEventActionToggleSlowMode':
      return changed('slow', slowWord(action.prevValue), slowWord(action.newValue))
    case 'channelAdminLogEventActionChangeLinkedChat': {
      const [before, after] = [action.prevValue, action.newValue].map((one) => (one === 0 ? '' : name(channelId(one))))
      return changed('linked', before ?? '', after ?? '')
    }
    case 'channelAdminLogEventActionDefaultBannedRights': {
      const [was, is] = [action.prevBannedRights, action.newBannedRights].map((one) => permitted(rightsOf(one), true))
      return { text: t('groups.log.permissions'), details: differences(was ?? new Set(), is ?? new Set(), memberRights(true)) }
    }
    case 'channelAdminLogEventActionParticipantToggleAdmin':
      return promoted(action)
    case 'channelAdminLogEventActionParticipantToggleBan':
      return banned(action)
    default:
      return ofPeople(action)
  }
}

function ofPeople(action: api.LogAction): Entry {
  switch (action._) {
    case 'channelAdminLogEventActionParticipantJoin':
      return { text: t('groups.log.joined'), details: [] }
    case 'channelAdminLogEventActionParticipantLeave':
      return { text: t('groups.log.left'), details: [] }
    case 'channelAdminLogEventActionParticipantInvite':
      return { text: t('groups.log.added', { name: name(member(action.participant).user) }), details: [] }
    case 'channelAdminLogEventActionParticipantJoinByInvite':
      return { text: t('groups.log.joined.link'), details: linkOf(action.invite) }
    case 'channelAdminLogEventActionParticipantJoinByRequest':
      return { text: t('groups.log.joined.request', { name: name(action.approvedBy) }), details: linkOf(action.invite) }
    case 'channelAdminLogEventActionExportedInviteRevoke':
      return { text: t('groups.log.link.revoked'), details: linkOf(action.invite) }
    case 'channelAdminLogEventActionExportedInviteDelete':
      return { text: t('groups.log.link.deleted'), details: linkOf(action.invite) }
    case 'channelAdminLogEventActionExportedInviteEdit':
      return { text: t('groups.log.link.edited'), details: linkOf(action.newInvite) }
    case 'channelAdminLogEventActionEditMessage':
      return ofMessage('edited', action.newMessage)
    case 'channelAdminLogEventActionDeleteMessage':
      return ofMessage('deleted', action.message)
    case 'channelAdminLogEventActionUpdatePinned':
      return ofMessage('pinned' in action.message && action.message.pinned === true ? 'pinned' : 'unpinned', action.message)
    default:
      return ofSwitches(action)
  }
}

function ofSwitches(action: api.LogAction): Entry {
  switch (action._) {
    case 'channelAdminLogEventActionToggleSignatures':
      return turned('signatures', action.newValue)
    case 'channelAdminLogEventActionTogglePreHistoryHidden':
      return turned('history', action.newValue)
    case 'channelAdminLogEventActionToggleNoForwards':
      return turned('forwards', action.newValue)
    case 'channelAdminLogEventActionToggleForum':
      return turned('forum', action.newValue)
    case 'channelAdminLogEventActionToggleInvites':
      return turned('invites', action.newValue)
    case 'channelAdminLogEventActionCreateTopic':
      return { text: t('groups.log.topic.made'), details: titles(action.topic) }
    case 'channelAdminLogEventActionEditTopic':
      return { text: t('groups.log.topic.edited'), details: titles(action.newTopic) }
    case 'channelAdminLogEventActionDeleteTopic':
      return { text: t('groups.log.topic.deleted'), details: titles(action.topic) }
    case 'channelAdminLogEventActionPinTopic': {
      const pinned = action.newTopic !== undefined
      return { text: t(pinned ? 'groups.log.topic.pinned' : 'groups.log.topic.unpinned'), details: titles(action.newTopic ?? action.prevTopic) }
    }
    case 'channelAdminLogEventActionChangeAvailableReactions':
      return { text: t('groups.log.reactions'), details: [] }
    case 'channelAdminLogEventActionChangeHistoryTTL':
      return { text: t('groups.log.ttl'), details: [] }
    default:
      return { text: t('groups.log.other'), details: [] }
  }
}

function titles(topic: api.ForumTopic | undefined): string[] {
  return topic?._ === 'forumTopic' ? [topic.title] : []
}
