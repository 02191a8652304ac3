/** What a profile shows beside the name: read from the server, and read anew when something of it changed. */

import { type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { call, inputChannel, inputUser, onEnd } from '../api.ts'
import type { Member } from '../groups/member.ts'
import type { Command, PeerId, Picture } from '../model/types.ts'
import { known, peers, watch } from '../store.ts'
import { attempt } from '../ui/refusals.ts'
import { channelProfile, groupProfile, userProfile } from './translating.ts'

const PAUSE_MS = 300 // after a change, before it is read: they come in swarms

export interface Full {
  about: string
  photo: Picture | null
  // people
  blocked: boolean
  common: number // groups we share
  birthday: { day: number; month: number; year: number } | null // year: 0 if it is not told
  note: string // mine, about a contact
  personal: PeerId // their channel; 0: none
  stranger: boolean // who has written first: to be added, blocked or reported
  commands: readonly Command[] // of a bot, or of the bots of a group
  does: string // what a bot says it can do
  // groups and channels
  link: string // my lasting invite link; '': none yet
  linked: PeerId // the discussion of a channel, the channel of a discussion; 0: none
  online: number
  admins: number
  thrownOut: number
  restricted: number
  pending: number // people who ask to be let in
  recent: readonly PeerId[] // some of them
  historyHidden: boolean // from who comes later
  membersHidden: boolean
  seesMembers: boolean
  slowMode: number // seconds between two messages of one member; 0: off
  slowUntil: number // when I may write again, seconds of Unix time
  mayName: boolean // make it public under a name
  mayDelete: boolean
  asMessages: boolean // a forum, shown as one conversation
  members: readonly Member[] // of a basic group
  pts: number // of the updates of a channel so far
}

const fulls = new Map<PeerId, Signal<Full | null>>()
const shown = new Map<PeerId, number>() // how many views show it
const loading = new Map<PeerId, Promise<void>>()
const timers = new Map<PeerId, ReturnType<typeof setTimeout>>()

/** Return the signal of what is known; null until it was read. */
export function full(id: PeerId): Signal<Full | null> {
  let found = fulls.get(id)
  if (found === undefined) {
    found = signal(null)
    fulls.set(id, found)
  }
  return found
}

async function read(id: PeerId): Promise<void> {
  const who = known(id)
  if (who.kind === 'user') {
    const { fullUser } = await call({ _: 'users.getFullUser', id: inputUser(id) })
    full(id).value = userProfile(fullUser)
  } else if (who.kind === 'group') {
    const { fullChat } = await call({ _: 'messages.getFullChat', chatId: -id })
    if (fullChat._ === 'chatFull') full(id).value = groupProfile(fullChat)
  } else {
    const { fullChat } = await call({ _: 'channels.getFullChannel', channel: inputChannel(id) })
    if (fullChat._ === 'channelFull') full(id).value = channelProfile(fullChat)
  }
}

/** Read it, or wait for the reading that is under way. */
export function loadFull(id: PeerId): Promise<void> {
  let under = loading.get(id)
  if (under === undefined) {
    under = read(id).finally(() => loading.delete(id))
    loading.set(id, under)
  }
  return under
}

/** Read it anew, whatever is under way: something was changed here. */
export async function refreshFull(id: PeerId): Promise<void> {
  await loading.get(id)?.catch(() => undefined)
  await loadFull(id)
}

/** What is known of somebody while a view shows it; `quiet`: a refusal is not said; `anew`: it is read once more. */
export function useAbout(id: PeerId, quiet = false, anew = false): Full | null {
  useEffect(() => {
    if (id === 0 || peers.peek().get(id)?.forbidden === true) return
    shown.set(id, (shown.get(id) ?? 0) + 1)
    if (full(id).peek() === null || stale.has(id) || anew) {
      stale.delete(id)
      if (quiet) void loadFull(id).catch(() => undefined)
      else void attempt(() => loadFull(id))
    }
    return () => {
      shown.set(id, (shown.get(id) ?? 1) - 1)
    }
  }, [id])
  return full(id).value
}

const stale = new Set<PeerId>() // changed since it was read, and nobody looks

function changed(id: PeerId): void {
  if ((shown.get(id) ?? 0) <= 0) {
    stale.add(id)
    return
  }
  clearTimeout(timers.get(id))
  timers.set(
    id,
    setTimeout(() => {
      timers.delete(id)
      if (peers.peek().get(id)?.forbidden !== true) void refreshFull(id).catch(() => undefined)
    }, PAUSE_MS),
  )
}

watch((event) => {
  if (event.type === 'stale') changed(event.peer)
  else if (event.type === 'blocked' || event.type === 'requests') {
    const id = event.type === 'blocked' ? event.user : event.peer
    const now = fulls.get(id)
    if (now?.value == null) return
    const { blocked, pending, recent } = { pending: 0, recent: [], blocked: false, ...event }
    now.value = event.type === 'blocked' ? { ...now.value, blocked } : { ...now.value, pending, recent }
  } else if (event.type === 'message' && event.message.service !== null && event.fresh) changed(event.message.chat)
})

onEnd(() => {
  fulls.clear()
  stale.clear()
})
