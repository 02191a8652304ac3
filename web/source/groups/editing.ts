/** What those who run a group or channel can change about it. */

import { call, inputChannel, inputPeer, link } from '../api.ts'
import type { PeerId } from '../model/types.ts'
import { refreshFull } from '../people/full.ts'
import { apply, known } from '../store.ts'
import { chat as peerOf } from '../translate/peers.ts'
import type * as api from '../translate/tl.ts'
import { prohibiting } from './rights.ts'

const isChannel = (chat: PeerId): boolean => known(chat).kind === 'channel' || known(chat).kind === 'supergroup'

export async function setTitle(chat: PeerId, title: string): Promise<void> {
  if (isChannel(chat)) await call({ _: 'channels.editTitle', channel: inputChannel(chat), title })
  else await call({ _: 'messages.editChatTitle', chatId: -chat, title })
}

export async function setAbout(chat: PeerId, about: string): Promise<void> {
  await call({ _: 'messages.editChatAbout', peer: inputPeer(chat), about })
  await refreshFull(chat)
}

/** Give it a photo, or with null take it away. */
export async function setPhoto(chat: PeerId, photo: Blob | null): Promise<void> {
  const chosen =
    photo === null
      ? ({ _: 'inputChatPhotoEmpty' } as const)
      : ({ _: 'inputChatUploadedPhoto', file: await link.upload(photo, 'photo.jpg') } as const)
  if (isChannel(chat)) await call({ _: 'channels.editPhoto', channel: inputChannel(chat), photo: chosen })
  else await call({ _: 'messages.editChatPhoto', chatId: -chat, photo: chosen })
}

/** Say what everybody may do. */
export async function setPermissions(chat: PeerId, kept: ReadonlySet<string>): Promise<void> {
  const bannedRights = { _: 'chatBannedRights' as const, ...prohibiting(kept, known(chat).forum === true) }
  await call({ _: 'messages.editChatDefaultBannedRights', peer: inputPeer(chat), bannedRights })
}

export async function setSlowMode(chat: PeerId, seconds: number): Promise<void> {
  await call({ _: 'channels.toggleSlowMode', channel: inputChannel(chat), seconds })
  await refreshFull(chat)
}

/** The switches of a supergroup or channel, by what they turn on. */
export type Switched =
  | 'signatures'
  | 'historyHidden'
  | 'membersHidden'
  | 'joinRequest'
  | 'joinToSend'
  | 'noForwards'
  | 'forum'

export async function turn(chat: PeerId, what: Switched, enabled: boolean): Promise<void> {
  if (what === 'noForwards') {
    await call({ _: 'messages.toggleNoForwards', peer: inputPeer(chat), enabled })
    return
  }
  const channel = inputChannel(chat)
  switch (what) {
    case 'signatures':
      await call({ _: 'channels.toggleSignatures', channel, ...(enabled ? { signaturesEnabled: true } : {}) })
      break
    case 'historyHidden':
      await call({ _: 'channels.togglePreHistoryHidden', channel, enabled })
      break
    case 'membersHidden':
      await call({ _: 'channels.toggleParticipantsHidden', channel, enabled })
      break
    case 'joinRequest':
      await call({ _: 'channels.toggleJoinRequest', channel, enabled })
      break
    case 'joinToSend':
      await call({ _: 'channels.toggleJoinToSend', channel, enabled })
      break
    case 'forum':
      await call({ _: 'channels.toggleForum', channel, enabled, tabs: false })
      break
  }
  await refreshFull(chat)
}

/** Say whether a name may be taken; `chat` null: for a channel that is still to be made. Rejects if it is none. */
export function nameIsFree(chat: PeerId | null, username: string): Promise<boolean> {
  const channel = chat === null ? ({ _: 'inputChannelEmpty' } as const) : inputChannel(chat)
  return call({ _: 'channels.checkUsername', channel, username })
}

/** Make it public under a name; private with ''. */
export async function setName(chat: PeerId, username: string): Promise<void> {
  if (known(chat).username === username) return
  await call({ _: 'channels.updateUsername', channel: inputChannel(chat), username })
  apply({ type: 'peers', peers: [{ ...known(chat), username }] })
  await refreshFull(chat)
}

/** Turn a basic group into a supergroup and return its new number. */
export async function toSupergroup(group: PeerId): Promise<PeerId> {
  await call({ _: 'messages.migrateChat', chatId: -group })
  const { movedTo = 0 } = known(group)
  if (movedTo === 0) throw new Error('a group that was migrated names no supergroup')
  return movedTo
}

/** The groups that can become the discussion of a channel. */
export async function groupsForDiscussion(): Promise<PeerId[]> {
  const answer = await call({ _: 'channels.getGroupsForDiscussion' })
  return answer.chats.map((one) => peerOf(one).id)
}

/** Make a group the discussion of a channel; 0: none any more. */
export async function setDiscussion(channel: PeerId, group: PeerId): Promise<void> {
  const chosen: api.InputChannel = group === 0 ? { _: 'inputChannelEmpty' } : inputChannel(group)
  await call({ _: 'channels.setDiscussionGroup', broadcast: inputChannel(channel), group: chosen })
  await refreshFull(channel)
}

/** Part a group from the channel whose posts are discussed there. */
export async function leaveDiscussion(group: PeerId): Promise<void> {
  const broadcast = { _: 'inputChannelEmpty' } as const
  await call({ _: 'channels.setDiscussionGroup', broadcast, group: inputChannel(group) })
  await refreshFull(group)
}

/** End it for everybody. */
export async function destroy(chat: PeerId): Promise<void> {
  if (isChannel(chat)) await call({ _: 'channels.deleteChannel', channel: inputChannel(chat) })
  else await call({ _: 'messages.deleteChat', chatId: -chat })
  apply({ type: 'dialog.gone', chat })
}
