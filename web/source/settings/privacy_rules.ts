/** Who may see or do what of mine: the rules as records, to and from the API. Pure. */

import { CHANNEL_OFFSET, type PeerId } from '../model/types.ts'
import { chat } from '../translate/peers.ts'
import type { Chat, InputPrivacyRule, InputUser, PrivacyRule } from '../translate/tl.ts'

/** What rules are about, with the API's name of it. */
export const KEYS = {
  phone: 'inputPrivacyKeyPhoneNumber',
  found: 'inputPrivacyKeyAddedByPhone',
  status: 'inputPrivacyKeyStatusTimestamp',
  photo: 'inputPrivacyKeyProfilePhoto',
  about: 'inputPrivacyKeyAbout',
  birthday: 'inputPrivacyKeyBirthday',
  forwards: 'inputPrivacyKeyForwards',
  calls: 'inputPrivacyKeyPhoneCall',
  voice: 'inputPrivacyKeyVoiceMessages',
  groups: 'inputPrivacyKeyChatInvite',
} as const

export type What = keyof typeof KEYS
export const WHATS = Object.keys(KEYS) as What[]

export const BASES = ['all', 'contacts', 'nobody'] as const
export type Base = (typeof BASES)[number]

/** `allowed` and `refused` name people, and groups whose members are meant. */
export interface Rules {
  base: Base
  allowed: readonly PeerId[]
  refused: readonly PeerId[]
  others: readonly InputPrivacyRule[] // about bots and close friends: kept as they are
}

/** Which bases can be chosen: whoever is found by a number is found by contacts at least. */
export function basesOf(what: What): readonly Base[] {
  return what === 'found' ? ['all', 'contacts'] : BASES
}

/** Which exceptions mean something beside a base. */
export function sidesOf(base: Base): readonly ('allowed' | 'refused')[] {
  return base === 'all' ? ['refused'] : base === 'nobody' ? ['allowed'] : ['allowed', 'refused']
}

export function rulesOf(given: readonly PrivacyRule[], chats: readonly Chat[]): Rules {
  const ids = new Map(chats.map((one) => [one.id, chat(one).id]))
  const marked = (bare: readonly number[]): PeerId[] => bare.map((id) => ids.get(id) ?? -id)
  let made: Rules = { base: 'nobody', allowed: [], refused: [], others: [] }
  for (const rule of given) made = { ...made, ...said(rule, made, marked) }
  return made
}

function said(rule: PrivacyRule, before: Rules, marked: (bare: readonly number[]) => PeerId[]): Partial<Rules> {
  switch (rule._) {
    case 'privacyValueAllowAll':
      return { base: 'all' }
    case 'privacyValueAllowContacts':
      return { base: 'contacts' }
    case 'privacyValueAllowUsers':
      return { allowed: [...before.allowed, ...rule.users] }
    case 'privacyValueDisallowUsers':
      return { refused: [...before.refused, ...rule.users] }
    case 'privacyValueAllowChatParticipants':
      return { allowed: [...before.allowed, ...marked(rule.chats)] }
    case 'privacyValueDisallowChatParticipants':
      return { refused: [...before.refused, ...marked(rule.chats)] }
    case 'privacyValueAllowCloseFriends':
      return { others: [...before.others, { _: 'inputPrivacyValueAllowCloseFriends' }] }
    case 'privacyValueAllowBots':
      return { others: [...before.others, { _: 'inputPrivacyValueAllowBots' }] }
    case 'privacyValueDisallowBots':
      return { others: [...before.others, { _: 'inputPrivacyValueDisallowBots' }] }
    default:
      return {}
  }
}

const BASE_RULES: Record<Base, InputPrivacyRule> = {
  all: { _: 'inputPrivacyValueAllowAll' },
  contacts: { _: 'inputPrivacyValueAllowContacts' },
  nobody: { _: 'inputPrivacyValueDisallowAll' },
}

function bare(chat: PeerId): number {
  return chat < CHANNEL_OFFSET ? CHANNEL_OFFSET - chat : -chat
}

/** Return rules as the API takes them, exceptions first; those that mean nothing beside the base are left out. */
export function listOf(rules: Rules, user: (id: PeerId) => InputUser): InputPrivacyRule[] {
  const sides = sidesOf(rules.base)
  const allowed = sides.includes('allowed') ? rules.allowed : []
  const refused = sides.includes('refused') ? rules.refused : []
  const people = (ids: readonly PeerId[]) => ids.filter((id) => id > 0).map(user)
  const chats = (ids: readonly PeerId[]) => ids.filter((id) => id < 0).map(bare)
  const named: InputPrivacyRule[] = [
    { _: 'inputPrivacyValueAllowUsers', users: people(allowed) },
    { _: 'inputPrivacyValueDisallowUsers', users: people(refused) },
    { _: 'inputPrivacyValueAllowChatParticipants', chats: chats(allowed) },
    { _: 'inputPrivacyValueDisallowChatParticipants', chats: chats(refused) },
  ]
  const some = named.filter((one) => ('users' in one ? one.users : 'chats' in one ? one.chats : []).length > 0)
  return [...some, ...rules.others, BASE_RULES[rules.base]]
}

/** Put somebody on one side, and off the other. */
export function withSide(rules: Rules, side: 'allowed' | 'refused', chosen: readonly PeerId[]): Rules {
  const other = side === 'allowed' ? 'refused' : 'allowed'
  return { ...rules, [side]: chosen, [other]: rules[other].filter((id) => !chosen.includes(id)) }
}
