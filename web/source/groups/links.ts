/** Invite links of a group or channel: reading, making, changing and revoking them, and who came by them. */

import { call, inputPeer, inputUser } from '../api.ts'
import type { PeerId } from '../model/types.ts'
import { refreshFull } from '../people/full.ts'
import { self } from '../store.ts'
import type * as api from '../translate/tl.ts'

const PAGE = 100 // links or people asked for

export interface InviteLink {
  link: string
  title: string
  admin: PeerId // whose it is
  date: number // when it was made, seconds of Unix time
  expires: number // seconds of Unix time; 0: never
  limit: number // people it lets in; 0: any number
  used: number
  requested: number // people who ask to be let in by it
  approval: boolean
  lasting: boolean // the one an administrator always has
  revoked: boolean
}

function linkOf(given: api.ExportedInvite): InviteLink[] {
  if (given._ !== 'chatInviteExported') return []
  return [
    {
      link: given.link,
      title: given.title ?? '',
      admin: given.adminId,
      date: given.date,
      expires: given.expireDate ?? 0,
      limit: given.usageLimit ?? 0,
      used: given.usage ?? 0,
      requested: given.requested ?? 0,
      approval: given.requestNeeded ?? false,
      lasting: given.permanent ?? false,
      revoked: given.revoked ?? false,
    },
  ]
}

/** Say whether a link lets nobody in any more. */
export function isSpent(link: InviteLink, now: number): boolean {
  return link.revoked || (link.expires > 0 && link.expires <= now) || (link.limit > 0 && link.used >= link.limit)
}

export async function linksOf(chat: PeerId, admin: PeerId, revoked: boolean): Promise<InviteLink[]> {
  const answer = await call({
    _: 'messages.getExportedChatInvites',
    peer: inputPeer(chat),
    adminId: admin === self.peek() ? { _: 'inputUserSelf' } : inputUser(admin),
    ...(revoked ? { revoked: true } : {}),
    limit: PAGE,
  })
  return answer.invites.flatMap(linkOf)
}

/** The other administrators who have links, for whoever made the chat. */
export async function othersWithLinks(chat: PeerId): Promise<{ admin: PeerId; count: number }[]> {
  const answer = await call({ _: 'messages.getAdminsWithInvites', peer: inputPeer(chat) })
  return answer.admins
    .filter(({ adminId, invitesCount }) => adminId !== self.peek() && invitesCount > 0)
    .map(({ adminId, invitesCount }) => ({ admin: adminId, count: invitesCount }))
}

export interface Wanted {
  title: string
  expires: number
  limit: number
  approval: boolean
}

/** Make a link; without any condition it becomes another lasting one. */
export async function makeLink(chat: PeerId, wanted: Wanted | null): Promise<void> {
  const held = wanted === null ? {} : conditions(wanted)
  await call({ _: 'messages.exportChatInvite', peer: inputPeer(chat), ...held })
  await refreshFull(chat)
}

function conditions({ title, expires, limit, approval }: Wanted): object {
  return {
    ...(title === '' ? {} : { title }),
    ...(expires === 0 ? {} : { expireDate: expires }),
    ...(limit === 0 || approval ? {} : { usageLimit: limit }),
    ...(approval ? { requestNeeded: true } : {}),
  }
}

export async function editLink(chat: PeerId, link: string, wanted: Wanted): Promise<void> {
  const { title, expires, approval } = wanted
  const limit = approval ? 0 : wanted.limit
  await call({
    _: 'messages.editExportedChatInvite',
    peer: inputPeer(chat),
    link,
    title,
    expireDate: expires,
    usageLimit: limit,
    requestNeeded: approval,
  })
}

/** Make a link let nobody in any more; a lasting one is replaced by another. */
export async function revokeLink(chat: PeerId, link: string): Promise<void> {
  await call({ _: 'messages.editExportedChatInvite', peer: inputPeer(chat), link, revoked: true })
  await refreshFull(chat)
}

export async function deleteLink(chat: PeerId, link: string): Promise<void> {
  await call({ _: 'messages.deleteExportedChatInvite', peer: inputPeer(chat), link })
}

export async function deleteRevoked(chat: PeerId): Promise<void> {
  await call({ _: 'messages.deleteRevokedExportedChatInvites', peer: inputPeer(chat), adminId: { _: 'inputUserSelf' } })
}

export async function linkNamed(chat: PeerId, link: string): Promise<InviteLink | null> {
  const answer = await call({ _: 'messages.getExportedChatInvite', peer: inputPeer(chat), link })
  return linkOf(answer.invite)[0] ?? null
}

export interface Comer {
  user: PeerId
  date: number // when they came, or asked; seconds of Unix time
  about: string
  by: PeerId // who let them in; 0: nobody had to
}

/** Who came by a link (`link`), or who asks to be let in (`requested`), newest first. */
export async function comers(chat: PeerId, asked: { link?: string; requested: boolean; q?: string }): Promise<{ count: number; comers: Comer[] }> {
  const { link, requested, q } = asked
  const answer = await call({
    _: 'messages.getChatInviteImporters',
    peer: inputPeer(chat),
    ...(requested ? { requested: true } : {}),
    ...(link === undefined ? {} : { link }),
    ...(q === undefined || q === '' ? {} : { q }),
    offsetDate: 0,
    offsetUser: { _: 'inputUserEmpty' },
    limit: PAGE,
  })
  const found = answer.importers.map(({ userId, date, about = '', approvedBy = 0 }) => ({ user: userId, date, about, by: approvedBy }))
  return { count: answer.count, comers: found }
}

/** Let somebody in who asks, or turn them away. */
export async function decide(chat: PeerId, user: PeerId, approved: boolean): Promise<void> {
  const peer = inputPeer(chat)
  await call({ _: 'messages.hideChatJoinRequest', peer, userId: inputUser(user), ...(approved ? { approved: true } : {}) })
  await refreshFull(chat)
}

export async function decideAll(chat: PeerId, approved: boolean): Promise<void> {
  await call({ _: 'messages.hideAllChatJoinRequests', peer: inputPeer(chat), ...(approved ? { approved: true } : {}) })
  await refreshFull(chat)
}
