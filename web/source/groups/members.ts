/** Who is in a group or channel: reading the list, and what can be done to its members. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputChannel, inputPeer, inputUser } from '../api.ts'
import type { PeerId, Rights } from '../model/types.ts'
import { full, refreshFull } from '../people/full.ts'
import { known, peers, watch } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import type * as api from '../translate/tl.ts'
import { attempt } from '../ui/refusals.ts'
import { type Member, member } from './member.ts'
import { banning, prohibiting } from './rights.ts'

const PAGE = 100 // members asked for at once
const PAUSE_MS = 250 // of typing, or of changes, before the server is asked

export type Kind = 'all' | 'admins' | 'restricted' | 'out'

function filterOf(kind: Kind, q: string): api.ParticipantsFilter {
  if (kind === 'admins') return { _: 'channelParticipantsAdmins' }
  if (kind === 'restricted') return { _: 'channelParticipantsBanned', q }
  if (kind === 'out') return { _: 'channelParticipantsKicked', q }
  return q === '' ? { _: 'channelParticipantsRecent' } : { _: 'channelParticipantsSearch', q }
}

interface Page {
  members: Member[]
  count: number
}

async function page(chat: PeerId, kind: Kind, q: string, offset: number): Promise<Page> {
  const channel = inputChannel(chat)
  const answer = await call({ _: 'channels.getParticipants', channel, filter: filterOf(kind, q), offset, limit: PAGE, hash: 0n })
  if (answer._ !== 'channels.channelParticipants') return { members: [], count: 0 }
  return { members: answer.participants.map(member), count: answer.count }
}

const named = ({ user }: Member, q: string): boolean => {
  const who = peers.peek().get(user)
  return `${who?.name ?? ''} @${who?.username ?? ''}`.toLocaleLowerCase().includes(q.toLocaleLowerCase())
}

function ofGroup(chat: PeerId, kind: Kind, q: string): Page {
  const { members = [] } = full(chat).value ?? {}
  const found = members.filter(({ role }) => (kind === 'admins' ? role !== 'member' : kind === 'all')).filter((one) => named(one, q))
  const rank = { creator: 0, admin: 1, member: 2, restricted: 3, out: 4 }
  return { members: found.sort((one, other) => rank[one.role] - rank[other.role]), count: found.length }
}

export interface Members extends Page {
  busy: boolean
  more: () => void // read the next page
}

/** The members of a kind, by name if `q` says one; read anew when something of the group changes. `wanted`: at all. */
export function useMembers(chat: PeerId, kind: Kind, q = '', wanted = true): Members {
  const [read, setRead] = useState<Page>({ members: [], count: 0 })
  const [busy, setBusy] = useState(true)
  const basic = known(chat).kind === 'group'
  useEffect(() => {
    if (basic || !wanted) {
      setBusy(false)
      return
    }
    let current = true
    const load = (): void => {
      void attempt(async () => {
        const first = await page(chat, kind, q, 0)
        if (!current) return
        setRead(first)
        setBusy(false)
      })
    }
    setBusy(true)
    let timer = setTimeout(load, q === '' ? 0 : PAUSE_MS)
    const stop = watch((event) => {
      const told = event.type === 'stale' && event.peer === chat
      const came = event.type === 'message' && event.message.chat === chat && event.message.service !== null
      if (!told && !came) return
      clearTimeout(timer)
      timer = setTimeout(load, PAUSE_MS)
    })
    return () => {
      current = false
      clearTimeout(timer)
      stop()
    }
  }, [chat, kind, q, wanted])
  if (basic) return { ...ofGroup(chat, kind, q), busy: full(chat).value === null, more: () => undefined }
  const more = (): void => {
    if (busy || read.members.length >= read.count || read.members.length === 0) return
    setBusy(true)
    void attempt(async () => {
      const next = await page(chat, kind, q, read.members.length)
      const seen = new Set(read.members.map(({ user }) => user))
      const fresh = next.members.filter(({ user }) => !seen.has(user))
      setRead({ members: [...read.members, ...fresh], count: fresh.length === 0 ? read.members.length : next.count })
    }).then(() => setBusy(false))
  }
  return { ...read, busy, more }
}

/** Return what somebody is in a group; null if they are not in it, and never were. */
export async function memberOf(chat: PeerId, user: PeerId): Promise<Member | null> {
  if (known(chat).kind === 'group') return full(chat).peek()?.members.find((one) => one.user === user) ?? null
  try {
    const answer = await call({ _: 'channels.getParticipant', channel: inputChannel(chat), participant: inputPeer(user) })
    return member(answer.participant)
  } catch (error) {
    if ((error as { text?: string }).text === 'USER_NOT_PARTICIPANT') return null
    throw error
  }
}

/** Give somebody an administrator's rights; none: they are a member again. */
export async function setAdmin(chat: PeerId, user: PeerId, rights: Rights, rank: string): Promise<void> {
  if (known(chat).kind === 'group') {
    const isAdmin = Object.keys(rights).length > 0
    await call({ _: 'messages.editChatAdmin', chatId: -chat, userId: inputUser(user), isAdmin })
  } else {
    const adminRights = { _: 'chatAdminRights' as const, ...rights }
    await call({ _: 'channels.editAdmin', channel: inputChannel(chat), userId: inputUser(user), adminRights, rank })
  }
  await refreshFull(chat)
}

async function setBanned(chat: PeerId, user: PeerId, banned: { untilDate: number } & Rights): Promise<void> {
  const bannedRights = { _: 'chatBannedRights' as const, ...banned }
  await call({ _: 'channels.editBanned', channel: inputChannel(chat), participant: inputPeer(user), bannedRights })
  await refreshFull(chat)
}

/** Leave somebody only some of what members may do. `until`: seconds of Unix time; 0: for ever. */
export function restrict(chat: PeerId, user: PeerId, kept: ReadonlySet<string>, until: number): Promise<void> {
  return setBanned(chat, user, prohibiting(kept, known(chat).forum === true, until))
}

/** Throw somebody out who may not come back, until a moment. */
export async function ban(chat: PeerId, user: PeerId, until = 0): Promise<void> {
  if (known(chat).kind !== 'group') await setBanned(chat, user, banning(until))
  else {
    await call({ _: 'messages.deleteChatUser', chatId: -chat, userId: inputUser(user) })
    await refreshFull(chat)
  }
}

/** Let somebody do again what all may, and come back if they were thrown out. */
export function pardon(chat: PeerId, user: PeerId): Promise<void> {
  return setBanned(chat, user, { untilDate: 0 })
}

/** Put people into a group; returns those who do not allow it. */
export async function invite(chat: PeerId, users: readonly PeerId[]): Promise<PeerId[]> {
  const refused: PeerId[] = []
  if (known(chat).kind === 'group') {
    for (const user of users) {
      const answer = await call({ _: 'messages.addChatUser', chatId: -chat, userId: inputUser(user), fwdLimit: 100 })
      refused.push(...answer.missingInvitees.map(({ userId }) => userId))
    }
  } else {
    const answer = await call({ _: 'channels.inviteToChannel', channel: inputChannel(chat), users: users.map(inputUser) })
    refused.push(...answer.missingInvitees.map(({ userId }) => userId))
  }
  await refreshFull(chat)
  return refused
}

/** Return the contacts and others of a search, to be added to something. */
export async function found(q: string, signal?: AbortSignal): Promise<PeerId[]> {
  const answer = await call({ _: 'contacts.search', q, limit: 30 }, signal)
  return [...answer.myResults, ...answer.results].map(peerId).filter((id) => id > 0)
}
