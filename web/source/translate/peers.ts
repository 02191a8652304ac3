/** Users, groups and channels of the API as `Peer`s, and back as what calls name them by. */

import { clean } from '../ui/bidi.ts'
import { CHANNEL_OFFSET, type Peer, type PeerId, type Presence, type Rights } from '../model/types.ts'
import type { Chat, InputChannel, InputPeer, InputUser, PeerName, User, UserStatus } from './tl.ts'

export function peerId(name: PeerName): PeerId {
  switch (name._) {
    case 'peerUser':
      return name.userId
    case 'peerChat':
      return -name.chatId
    case 'peerChannel':
      return CHANNEL_OFFSET - name.channelId
  }
}

export function channelId(channel: number): PeerId {
  return CHANNEL_OFFSET - channel
}

export function isChannelId(peer: PeerId): boolean {
  return peer < CHANNEL_OFFSET
}

export function presence(status: UserStatus | undefined): Presence {
  switch (status?._) {
    case 'userStatusOnline':
      return { is: 'online', until: status.expires }
    case 'userStatusOffline':
      return { is: 'offline', since: status.wasOnline }
    case 'userStatusRecently':
      return { is: 'recently' }
    case 'userStatusLastWeek':
      return { is: 'week' }
    case 'userStatusLastMonth':
      return { is: 'month' }
    default:
      return { is: 'unknown' }
  }
}

export function rightsOf(given: object | undefined): Rights | null {
  if (given === undefined) return null
  const kept: Rights = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === true || name === 'untilDate') kept[name] = value as boolean | number
  }
  return kept
}

function restriction(reasons: { platform: string; text: string }[] | undefined): string {
  const ours = reasons?.find(({ platform }) => platform === 'all' || platform === 'web')
  return ours?.text ?? ''
}

export function user(given: User): Peer {
  if (given._ === 'userEmpty') {
    return { id: given.id, kind: 'user', hash: 0n, name: '', username: '', photo: null, min: false, deleted: true }
  }
  const photo = given.photo?._ === 'userProfilePhoto' ? given.photo : null
  const first = clean(given.firstName ?? '')
  const last = clean(given.lastName ?? '')
  return {
    id: given.id,
    kind: 'user',
    hash: given.accessHash ?? 0n,
    name: `${first} ${last}`.trim(),
    username: given.username ?? given.usernames?.find(({ active }) => active)?.username ?? '',
    photo: photo && { id: String(photo.photoId), preview: photo.strippedThumb ?? null },
    min: given.min ?? false,
    first,
    last,
    phone: given.phone ?? '',
    bot: given.bot ?? false,
    self: given.self ?? false,
    contact: given.contact ?? false,
    deleted: given.deleted ?? false,
    support: given.support ?? false,
    verified: given.verified ?? false,
    scam: given.scam ?? false,
    fake: given.fake ?? false,
    presence: presence(given.status),
    restriction: restriction(given.restrictionReason),
  }
}

export function chat(given: Chat): Peer {
  switch (given._) {
    case 'chatEmpty':
    case 'chatForbidden':
      return {
        id: -given.id,
        kind: 'group',
        hash: 0n,
        name: given._ === 'chatForbidden' ? clean(given.title) : '',
        username: '',
        photo: null,
        min: false,
        left: true,
        forbidden: true,
      }
    case 'chat': {
      const photo = given.photo._ === 'chatPhoto' ? given.photo : null
      return {
        id: -given.id,
        kind: 'group',
        hash: 0n,
        name: clean(given.title),
        username: '',
        photo: photo && { id: String(photo.photoId), preview: photo.strippedThumb ?? null },
        min: false,
        creator: given.creator ?? false,
        left: given.left ?? given.deactivated ?? false,
        members: given.participantsCount,
        admin: rightsOf(given.adminRights),
        everybody: rightsOf(given.defaultBannedRights),
        noForwards: given.noforwards ?? false,
        movedTo:
          given.migratedTo?._ === 'inputChannel' ? channelId(given.migratedTo.channelId) : 0,
      }
    }
    case 'channelForbidden':
      return {
        id: channelId(given.id),
        kind: given.broadcast ? 'channel' : 'supergroup',
        hash: given.accessHash,
        name: clean(given.title),
        username: '',
        photo: null,
        min: false,
        left: true,
        forbidden: true,
        until: given.untilDate ?? 0,
      }
    case 'channel': {
      const photo = given.photo._ === 'chatPhoto' ? given.photo : null
      return {
        id: channelId(given.id),
        kind: given.broadcast ? 'channel' : 'supergroup',
        hash: given.accessHash ?? 0n,
        name: clean(given.title),
        username: given.username ?? given.usernames?.find(({ active }) => active)?.username ?? '',
        photo: photo && { id: String(photo.photoId), preview: photo.strippedThumb ?? null },
        min: given.min ?? false,
        verified: given.verified ?? false,
        scam: given.scam ?? false,
        fake: given.fake ?? false,
        restriction: restriction(given.restrictionReason),
        creator: given.creator ?? false,
        left: given.left ?? false,
        ...(given.participantsCount === undefined ? {} : { members: given.participantsCount }),
        admin: rightsOf(given.adminRights),
        banned: rightsOf(given.bannedRights),
        everybody: rightsOf(given.defaultBannedRights),
        forum: given.forum ?? false,
        signatures: given.signatures ?? false,
        joinRequest: given.joinRequest ?? false,
        joinToSend: given.joinToSend ?? false,
        noForwards: given.noforwards ?? false,
        slowMode: given.slowmodeEnabled ?? false,
        hasLink: given.hasLink ?? false,
      }
    }
  }
}

/** Return what calls name a peer by. */
export function inputPeer(peer: Peer): InputPeer {
  if (peer.self === true) return { _: 'inputPeerSelf' }
  if (peer.kind === 'user') return { _: 'inputPeerUser', userId: peer.id, accessHash: peer.hash }
  if (peer.kind === 'group') return { _: 'inputPeerChat', chatId: -peer.id }
  return { _: 'inputPeerChannel', channelId: CHANNEL_OFFSET - peer.id, accessHash: peer.hash }
}

export function inputUser(peer: Peer): InputUser {
  if (peer.self === true) return { _: 'inputUserSelf' }
  return { _: 'inputUser', userId: peer.id, accessHash: peer.hash }
}

export function inputChannel(peer: Peer): InputChannel {
  return { _: 'inputChannel', channelId: CHANNEL_OFFSET - peer.id, accessHash: peer.hash }
}
