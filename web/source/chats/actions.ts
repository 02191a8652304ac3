/** What can be done to the list of chats. */

import { call, inputChannel, inputPeer, messagesOf } from '../api.ts'
import type { Dialog, Message, PeerId } from '../model/types.ts'
import { apply, dialogs, peers, watch } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import { dialog } from '../translate/updates.ts'
import type { Answer } from '../link.ts'

const PAGE = 60 // rows asked for at once
export const MUTED_FOR_EVER = 2_147_483_647 // seconds of Unix time

type Rows = Extract<Answer<'messages.getDialogs'>, { _: 'messages.dialogs' | 'messages.dialogsSlice' }>

function rowsOf(answer: Rows | Answer<'messages.getPeerDialogs'>): { dialogs: Dialog[]; messages: Message[] } {
  const messages = messagesOf(answer)
  const byPlace = new Map(messages.map((one) => [`${one.chat}/${one.id}`, one]))
  const found: Dialog[] = []
  for (const given of answer.dialogs) {
    const top = dialog(given, undefined)
    const made = top && dialog(given, byPlace.get(`${top.chat}/${top.top}`))
    if (made !== null) found.push(made)
  }
  return { dialogs: found, messages }
}

const complete = new Set<number>() // folders of which the last page was read
const loading = new Map<number, Promise<void>>()

interface End {
  chat: PeerId
  id: number // of its newest message then
  date: number
}

const ends = new Map<number, End>() // of each folder: the last row that was read in order; single rows are read out of it

async function loadPage(folder: number): Promise<void> {
  const last = ends.get(folder)
  const answer = await call({
    _: 'messages.getDialogs',
    folderId: folder,
    excludePinned: last !== undefined,
    offsetDate: last?.date ?? 0,
    offsetId: last?.id ?? 0,
    offsetPeer: last === undefined ? { _: 'inputPeerEmpty' } : inputPeer(last.chat),
    limit: PAGE,
    hash: 0n,
  })
  if (answer._ === 'messages.dialogsNotModified') return
  const rows = rowsOf(answer)
  const end = rows.dialogs.findLast(({ pinned, top }) => !pinned && top > 0)
  if (end === undefined) complete.add(folder)
  else {
    const date = rows.messages.find(({ chat, id }) => chat === end.chat && id === end.top)?.date ?? end.date
    ends.set(folder, { chat: end.chat, id: end.top, date })
  }
  if (answer._ === 'messages.dialogs' || rows.dialogs.length < PAGE) complete.add(folder)
  if (last === undefined) apply({ type: 'dialogs.anew', folder }, { type: 'dialogs', ...rows })
  else apply({ type: 'dialogs', ...rows })
}

/** Read the next page of a folder's chats, unless all of them are known. */
export function loadChats(folder: number): Promise<void> {
  if (complete.has(folder)) return Promise.resolve()
  let under = loading.get(folder)
  if (under === undefined) {
    under = loadPage(folder).finally(() => loading.delete(folder))
    loading.set(folder, under)
  }
  return under
}

const ALL_ROWS_MAX = 3_000 // rows that are read because folders may hold any of them

/** Read all chats, page by page. */
export async function loadAllChats(): Promise<void> {
  for (const folder of [0, 1]) {
    while (!complete.has(folder) && dialogs.peek().byChat.size < ALL_ROWS_MAX) await loadChats(folder)
  }
}

/** Read the rows of single chats anew. */
export async function refreshChats(chats: PeerId[]): Promise<void> {
  const peersAsked = chats.map((chat) => ({ _: 'inputDialogPeer' as const, peer: inputPeer(chat) }))
  const answer = await call({ _: 'messages.getPeerDialogs', peers: peersAsked })
  apply({ type: 'dialogs', ...rowsOf(answer) })
}

export function forgetChats(): void {
  complete.clear()
  ends.clear()
}

/** Keep rows true whose newest message went, and those of chats that only an update named. */
watch((event) => {
  const { byChat, tops } = dialogs.peek()
  if (event.type === 'removed') {
    const bare = [...byChat.values()].filter((one) => one.top > 0 && !tops.has(one.chat))
    if (bare.length > 0) void refreshChats(bare.map((one) => one.chat))
  } else if (event.type === 'reset') void refreshChats([event.chat])
})

export async function pin(chat: PeerId, pinned: boolean): Promise<void> {
  const peer = { _: 'inputDialogPeer' as const, peer: inputPeer(chat) }
  await call({ _: 'messages.toggleDialogPin', peer, pinned })
  apply({ type: 'dialog.pinned', chat, pinned })
}

/** Put the pinned chats of a list in another order: at once, and back if the server refuses. */
export async function reorderPins(folder: number, wanted: readonly PeerId[]): Promise<void> {
  const before = dialogs.peek().pinned[folder] ?? []
  apply({ type: 'dialogs.order', folder, pinned: wanted })
  const order = wanted.map((chat) => ({ _: 'inputDialogPeer' as const, peer: inputPeer(chat) }))
  try {
    await call({ _: 'messages.reorderPinnedDialogs', force: true, folderId: folder, order })
  } catch (error) {
    apply({ type: 'dialogs.order', folder, pinned: before })
    throw error
  }
}

export async function archive(chat: PeerId, folder: 0 | 1): Promise<void> {
  const folderPeers = [{ _: 'inputFolderPeer' as const, peer: inputPeer(chat), folderId: folder }]
  await call({ _: 'folders.editPeerFolders', folderPeers })
  apply({ type: 'dialog.folder', chat, folder })
}

/** Mute for ever, or until a moment (seconds of Unix time); 0: not muted. */
export async function mute(chat: PeerId, until: number = MUTED_FOR_EVER): Promise<void> {
  const peer = { _: 'inputNotifyPeer' as const, peer: inputPeer(chat) }
  const settings = { _: 'inputPeerNotifySettings' as const, muteUntil: until }
  await call({ _: 'account.updateNotifySettings', peer, settings })
  const known = dialogs.peek().byChat.get(chat)
  if (known !== undefined) apply({ type: 'notify', chat, notify: { ...known.notify, mutedUntil: until } })
}

export async function mark(chat: PeerId, unread: boolean): Promise<void> {
  const peer = { _: 'inputDialogPeer' as const, peer: inputPeer(chat) }
  await call({ _: 'messages.markDialogUnread', peer, unread })
  apply({ type: 'dialog.marked', chat, marked: unread })
}

/** Read a chat to its end. */
export async function readAll(dialog: Dialog): Promise<void> {
  await readUpTo(dialog.chat, dialog.top)
  apply({ type: 'read.inbox', chat: dialog.chat, upTo: dialog.top, unread: 0 })
  if (dialog.marked) await mark(dialog.chat, false)
}

/** Mark the messages of a chat as read, up to a number. */
export async function readUpTo(chat: PeerId, id: number): Promise<void> {
  const peer = peers.peek().get(chat)
  if (peer?.kind === 'channel' || peer?.kind === 'supergroup') {
    await call({ _: 'channels.readHistory', channel: inputChannel(chat), maxId: id })
  } else await call({ _: 'messages.readHistory', peer: inputPeer(chat), maxId: id })
}

/** Delete what was written in a conversation, and keep the conversation; with `everybody`, for the other person too. */
export async function clear(chat: PeerId, everybody = false): Promise<void> {
  for (;;) {
    const { offset } = await call({
      _: 'messages.deleteHistory',
      justClear: true,
      peer: inputPeer(chat),
      maxId: 0,
      ...(everybody ? { revoke: true } : {}),
    })
    if (offset === 0) break
  }
  apply({ type: 'reset', chat })
  await refreshChats([chat])
}

/** Delete a conversation from my list; with `everybody`, for the other person too. Leaves groups and channels. */
export async function remove(chat: PeerId, everybody = false): Promise<void> {
  const peer = peers.peek().get(chat)
  if (peer?.kind === 'channel' || peer?.kind === 'supergroup') {
    await call({ _: 'channels.leaveChannel', channel: inputChannel(chat) })
  } else {
    if (peer?.kind === 'group' && peer.left !== true) {
      await call({ _: 'messages.deleteChatUser', chatId: -chat, userId: { _: 'inputUserSelf' } })
    }
    await call({
      _: 'messages.deleteHistory',
      peer: inputPeer(chat),
      maxId: 0,
      ...(everybody ? { revoke: true } : {}),
    })
  }
  apply({ type: 'dialog.gone', chat })
}

/** Find a person, group or channel by a name or link; null if there is none. */
export async function resolve(name: string): Promise<PeerId | null> {
  const bare = name.trim().replace(/^@|^https?:\/\/[^/]+\//, '')
  const answer = await call({ _: 'contacts.resolveUsername', username: bare })
  return peerId(answer.peer)
}
