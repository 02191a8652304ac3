/** Folders of chats: what one holds, and how it is written down. Pure. */

import type { Dialogs } from '../model/dialogs.ts'
import { listed } from '../model/dialogs.ts'
import type { Dialog, Peer, PeerId } from '../model/types.ts'
import { channelId } from '../translate/peers.ts'
import type { DialogFilter, InputPeer } from '../translate/tl.ts'

export const ALL = 0 // the id of the list of all chats, which has its place among the folders
const FIRST = 2 // the first id a folder may have

export const KINDS = ['contacts', 'nonContacts', 'groups', 'broadcasts', 'bots'] as const
export const NARROWINGS = ['excludeMuted', 'excludeRead', 'excludeArchived'] as const
export type Kind = (typeof KINDS)[number]
export type Flag = Kind | (typeof NARROWINGS)[number]

export interface Folder {
  id: number
  name: string // '' of all chats
  included: readonly PeerId[] // those pinned in it first
  excluded: readonly PeerId[]
  flags: ReadonlySet<Flag>
  shared: boolean // by a link: it names its chats and nothing else
  given: DialogFilter | null // as the server gave it; null: it is not there yet
}

export const NEW: Folder = { id: ALL, name: '', included: [], excluded: [], flags: new Set(), shared: false, given: null }

/** Return who is meant by what calls name them by; 0: nobody we know. */
function idOf(peer: InputPeer, self: PeerId): PeerId {
  switch (peer._) {
    case 'inputPeerSelf':
      return self
    case 'inputPeerUser':
    case 'inputPeerUserFromMessage':
      return peer.userId
    case 'inputPeerChat':
      return -peer.chatId
    case 'inputPeerChannel':
    case 'inputPeerChannelFromMessage':
      return channelId(peer.channelId)
    default:
      return 0
  }
}

export function folderOf(given: DialogFilter, self: PeerId): Folder {
  if (given._ === 'dialogFilterDefault') return { ...NEW, given }
  const ids = (some: readonly InputPeer[]): PeerId[] => some.map((one) => idOf(one, self))
  const shared = given._ === 'dialogFilterChatlist'
  return {
    id: given.id,
    name: given.title.text,
    included: [...ids(given.pinnedPeers), ...ids(given.includePeers)],
    excluded: given._ === 'dialogFilter' ? ids(given.excludePeers) : [],
    flags: new Set(given._ === 'dialogFilter' ? [...KINDS, ...NARROWINGS].filter((flag) => given[flag] === true) : []),
    shared,
    given,
  }
}

/** Return what the server called everybody in a folder by. */
export function peersIn(given: DialogFilter | null, self: PeerId): ReadonlyMap<PeerId, InputPeer> {
  if (given === null || given._ === 'dialogFilterDefault') return new Map()
  const excluded = given._ === 'dialogFilter' ? given.excludePeers : []
  return new Map([...given.pinnedPeers, ...given.includePeers, ...excluded].map((one) => [idOf(one, self), one]))
}

/** Return a folder as the API takes it; what this page does not show of it is kept. */
export function filterOf(folder: Folder, self: PeerId, input: (id: PeerId) => InputPeer): DialogFilter {
  const { id, name, flags, given } = folder
  const named = peersIn(given, self)
  const inputs = (ids: readonly PeerId[]): InputPeer[] => ids.map((one) => named.get(one) ?? input(one))
  const before = given === null || given._ === 'dialogFilterDefault' ? null : given
  const pins = new Set(before?.pinnedPeers.map((one) => idOf(one, self)))
  const title = before?.title.text === name ? before.title : { _: 'textWithEntities' as const, text: name, entities: [] }
  const peers = {
    pinnedPeers: inputs(folder.included.filter((one) => pins.has(one))),
    includePeers: inputs(folder.included.filter((one) => !pins.has(one))),
  }
  if (before?._ === 'dialogFilterChatlist') return { ...before, title, ...peers }
  const switches = Object.fromEntries([...KINDS, ...NARROWINGS].map((flag) => [flag, flags.has(flag)]))
  return { ...before, _: 'dialogFilter', id, title, ...peers, excludePeers: inputs(folder.excluded), ...switches }
}

export function kindOf(peer: Peer): Kind {
  if (peer.kind === 'channel') return 'broadcasts'
  if (peer.kind !== 'user') return 'groups'
  if (peer.bot === true) return 'bots'
  return peer.contact === true || peer.self === true ? 'contacts' : 'nonContacts'
}

/** Say whether a chat is in a folder. `now`: seconds of Unix time. */
export function holds(folder: Folder, dialog: Dialog, peer: Peer | undefined, now: number): boolean {
  if (folder.id === ALL) return dialog.folder === 0
  if (folder.included.includes(dialog.chat)) return true
  if (peer === undefined || folder.excluded.includes(dialog.chat)) return false
  if (!folder.flags.has(kindOf(peer))) return false
  if (folder.flags.has('excludeArchived') && dialog.folder === 1) return false
  if (dialog.mentions > 0) return true
  if (folder.flags.has('excludeMuted') && dialog.notify.mutedUntil > now) return false
  return !(folder.flags.has('excludeRead') && dialog.unread === 0 && !dialog.marked)
}

/** Return the chats of a folder: those pinned in it first, then the newest first. */
export function inFolder(folder: Folder, dialogs: Dialogs, peers: ReadonlyMap<PeerId, Peer>, now: number): Dialog[] {
  if (folder.id === ALL) return listed(dialogs, 0)
  const { given, included } = folder
  const pinned = given === null || given._ === 'dialogFilterDefault' ? [] : included.slice(0, given.pinnedPeers.length)
  const rank = ({ chat }: Dialog): number => (pinned.includes(chat) ? pinned.indexOf(chat) : pinned.length)
  return [...dialogs.byChat.values()]
    .filter((one) => holds(folder, one, peers.get(one.chat), now))
    .sort((one, other) => rank(one) - rank(other) || other.date - one.date || other.top - one.top)
}

/** Say whether there is anything that a folder could hold. */
export function namesAny(folder: Folder): boolean {
  return folder.included.length > 0 || KINDS.some((kind) => folder.flags.has(kind))
}

/** Return the lowest id that no folder has. */
export function freeId(folders: readonly Folder[]): number {
  const used = new Set(folders.map(({ id }) => id))
  let id = FIRST
  while (used.has(id)) id++
  return id
}

/** Return the folders with one of them moved by so many places. */
export function moved(folders: readonly Folder[], id: number, by: number): Folder[] {
  const at = folders.findIndex((one) => one.id === id)
  const one = folders[at]
  if (one === undefined) return [...folders]
  const rest = folders.filter((other) => other !== one)
  const to = Math.max(0, Math.min(rest.length, at + by))
  return [...rest.slice(0, to), one, ...rest.slice(to)]
}
