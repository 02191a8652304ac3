/** Keeping what was seen last in this browser, encrypted, and showing it before there is a network. */

import { signal } from '@preact/signals'

import type { History } from '../model/history.ts'
import type { PeerId } from '../model/types.ts'
import { about, apply, connection, dialogs, history, onForget, openHistories, peers, self, watch } from '../store.ts'
import { changing, reading } from './database.ts'
import { SEEN } from './names.ts'
import { packed, unpacked } from './packing.ts'
import { forgetKeys, named, opened, sealed } from './sealing.ts'
import { ROW_BYTES_MAX, type SeenChat, seenChat, type SeenList, seenList, superfluous } from './seen.ts'

const SAVE_MS = 2_000 // after a change
const LIST = 'list'

interface Row {
  at: number
  body: Uint8Array<ArrayBuffer>
}

/** When what is shown was seen, in seconds of Unix time, as long as the server was not asked; 0: it was. */
export const seenAt = signal(0)

/** Chats that show what was kept of them: the server is asked as soon as it can be. */
const old = new Set<PeerId>()

async function read<T>(name: string): Promise<T | null> {
  const row = (await reading(SEEN, (store) => store.get(name))) as Row | undefined
  return row === undefined ? null : (unpacked(await opened(row.body, name)) as T)
}

/** Show the list as it was seen last; resolves to whether there was one. */
export async function restore(): Promise<boolean> {
  const list = await read<SeenList>(LIST).catch(() => null)
  if (list === null) return false
  self.value = list.self
  about.value = list.about
  seenAt.value = list.at
  apply({ type: 'peers', peers: list.peers }, { type: 'dialogs', dialogs: list.dialogs, messages: list.tops })
  return true
}

/** The list is the server's from now on. */
export function refreshed(): void {
  seenAt.value = 0
  saveSoon()
}

/** Say whether the server can be asked at the moment. */
export function isOnline(): boolean {
  return connection.value === 'connected' || connection.value === 'updating'
}

/** Say whether a chat shows what was kept of it, and not what the server says. */
export function isOld(chat: PeerId): boolean {
  return old.has(chat)
}

/** Show what was kept of a chat; resolves to whether something was. */
export async function restoreChat(chat: PeerId): Promise<boolean> {
  const seen = await namedChat(chat).then(read<SeenChat>).catch(() => null)
  if (seen === null || history(chat).peek().known) return false
  const page = { from: 'around', messages: seen.messages, reachesStart: true, reachesEnd: true } as const
  apply({ type: 'peers', peers: seen.peers }, { type: 'page', chat, top: 0, page })
  old.add(chat) // until a page of the server's comes
  return true
}

const namedChat = (chat: PeerId): Promise<string> => named(`chat/${chat}`)

// -- saving -------------------------------------------------------------------------------------------

let timer: ReturnType<typeof setTimeout> | undefined
let saving: Promise<void> = Promise.resolve()
const savedHistories = new Map<PeerId, History>()
let savedList: readonly unknown[] = []

function saveSoon(): void {
  timer ??= setTimeout(save, SAVE_MS)
}

function save(): void {
  clearTimeout(timer)
  timer = undefined
  saving = saving.then(saveAll).catch(() => undefined) // without room, or refused: there is nothing to read later
}

async function write(name: string, value: { at: number }): Promise<void> {
  const bytes = packed(value)
  if (bytes.length > ROW_BYTES_MAX || self.peek() === 0) return
  const row: Row = { at: value.at, body: await sealed(bytes, name) }
  await changing(SEEN, (store) => store.put(row, name))
}

async function saveAll(): Promise<void> {
  if (self.peek() === 0 || seenAt.peek() !== 0) return
  const at = Math.floor(Date.now() / 1000)
  const state = [self.peek(), dialogs.peek(), peers.peek()] as const
  if (state.some((one, index) => savedList[index] !== one)) {
    savedList = state
    await write(LIST, seenList({ at, self: state[0], about: about.peek(), dialogs: state[1], peers: state[2] }))
  }
  let more = false
  for (const one of openHistories()) {
    if (savedHistories.get(one.chat) === one || old.has(one.chat)) continue
    const seen = seenChat(one, peers.peek(), at)
    if (seen === null) continue
    more ||= !savedHistories.has(one.chat)
    savedHistories.set(one.chat, one)
    await write(await namedChat(one.chat), seen)
  }
  if (more) await drop()
}

/** Drop the chats that are too many. */
async function drop(): Promise<void> {
  const names = ((await reading(SEEN, (store) => store.getAllKeys())) ?? []) as string[]
  const rows = ((await reading(SEEN, (store) => store.getAll())) ?? []) as Partial<Row>[]
  const kept = names.map((name, index) => ({ name, at: rows[index]?.at ?? 0 })).filter(({ name, at }) => name !== LIST && at > 0)
  for (const name of superfluous(kept)) await changing(SEEN, (store) => store.delete(name))
}

watch((event) => {
  if (self.peek() === 0) return
  if (event.type === 'page' && event.top === 0 && isOnline()) old.delete(event.chat)
  if (event.type !== 'typing' && event.type !== 'progress') saveSoon()
})

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden' && timer !== undefined) save()
})

/** Forget what was kept: somebody logged out. What is being written at this moment goes, too. */
export function forgetSeen(): void {
  clearTimeout(timer)
  timer = undefined
  old.clear()
  savedHistories.clear()
  savedList = []
  seenAt.value = 0
  forgetKeys()
  void saving.then(() => indexedDB.deleteDatabase(SEEN.name)).catch(() => undefined)
}

onForget(forgetSeen)
