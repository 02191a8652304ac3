/** The address book: who is in it, finding people, adding and removing them. */

import { signal } from '@preact/signals'

import { call, inputPeer, inputUser, onEnd } from '../api.ts'
import type { Peer, PeerId } from '../model/types.ts'
import { apply, known, peers, watch } from '../store.ts'
import { presence } from '../translate/peers.ts'
import { refreshFull } from './full.ts'

/** Who is in the address book; null until it was read. */
export const contacts = signal<readonly PeerId[] | null>(null)

const PAUSE_MS = 400 // after a change, before it is read anew
let timer: ReturnType<typeof setTimeout> | undefined

export async function loadContacts(): Promise<void> {
  const answer = await call({ _: 'contacts.getContacts', hash: 0n })
  if (answer._ === 'contacts.contacts') contacts.value = answer.contacts.map(({ userId }) => userId)
}

/** Learn who of them is here. */
export async function loadPresences(): Promise<void> {
  const now = await call({ _: 'contacts.getStatuses' })
  apply(...now.map((one) => ({ type: 'presence' as const, user: one.userId, presence: presence(one.status) })))
}

watch((event) => {
  if (event.type !== 'stale' || event.peer < 0 || contacts.peek() === null) return
  clearTimeout(timer)
  timer = setTimeout(() => void loadContacts().catch(() => undefined), PAUSE_MS)
})

onEnd(() => {
  contacts.value = null
})

/** How contacts stand in a list: by name, or who was here last first. Pure. */
export type Order = 'name' | 'seen'

export function sorted(people: readonly Peer[], order: Order, now: number): Peer[] {
  const seen = ({ presence }: Peer): number => {
    if (presence?.is === 'online') return presence.until > now ? Infinity : presence.until
    if (presence?.is === 'offline') return presence.since
    return { recently: 3, week: 2, month: 1, unknown: 0 }[presence?.is ?? 'unknown']
  }
  const byName = (one: Peer, other: Peer): number => one.name.localeCompare(other.name)
  return [...people].sort((one, other) => (order === 'seen' ? seen(other) - seen(one) || byName(one, other) : byName(one, other)))
}

/** Keep somebody under a name, with their number if one is known. `share`: they may see mine. */
export async function keep(user: PeerId, kept: { first: string; last: string; note?: string; share?: boolean }): Promise<void> {
  const { first, last, note, share = false } = kept
  await call({
    _: 'contacts.addContact',
    id: inputUser(user),
    firstName: first,
    lastName: last,
    phone: known(user).phone ?? '',
    ...(share ? { addPhonePrivacyException: true } : {}),
    ...(note === undefined ? {} : { note: { _: 'textWithEntities', text: note, entities: [] } }),
  })
  await Promise.all([loadContacts(), refreshFull(user)])
}

/** Find somebody by their number and keep them; null if nobody here has it, or does not want to be found. */
export async function keepByPhone(phone: string, first: string, last: string): Promise<PeerId | null> {
  const card = { _: 'inputPhoneContact' as const, clientId: 1n, phone, firstName: first, lastName: last }
  const answer = await call({ _: 'contacts.importContacts', contacts: [card] })
  await loadContacts()
  return answer.imported[0]?.userId ?? null
}

export async function drop(user: PeerId): Promise<void> {
  await call({ _: 'contacts.deleteContacts', id: [inputUser(user)] })
  await Promise.all([loadContacts(), refreshFull(user)])
}

/** Keep somebody from writing to me and from seeing when I am here; or no longer. */
export async function setBlocked(user: PeerId, blocked: boolean): Promise<void> {
  await call({ _: blocked ? 'contacts.block' : 'contacts.unblock', id: inputPeer(user) })
  apply({ type: 'blocked', user, blocked })
}

/** Return those of some people that are known, without deleted accounts and without me. */
export function living(ids: readonly PeerId[]): Peer[] {
  return ids.map((id) => peers.value.get(id)).filter((one) => one !== undefined && one.deleted !== true && one.self !== true) as Peer[]
}
