/** Keeping what was seen last in this browser, encrypted, and showing it before there is a network. */

import { signal } from '@preact/signals'

import type { History } from '../model/history.ts'
import type { PeerId } from '../model/types.ts'
import type { Forum } from '../model/topics.ts'
import { about, apply, connection, dialogs, forums, history, onForget, openHistories, peers, self, watch } from '../store.ts'
import { changing, reading } from './database.ts'
import { SEEN } from './names.ts'
import { packed, unpacked } from './packing.ts'
import { forgetKeys, named, opened, sealed } from './sealing.ts'
import { ROW_BYTES_MAX, type SeenChat, seenChat, type SeenForum, seenForum, type SeenList, seenList, superfluous } from './seen.ts'

const SAVE_MS = 2_000 // after a change
const LIST = 'list'
const FIRST_BESIDE = 'beside/' // how names begin of what is no part of what was seen
const BESIDE = -1 // in place of a moment: of such

interface Row {
  at: number
  body: Uint8Array<ArrayBuffer>
}

/** When what is shown was seen, in seconds of Unix time, as long as the server was not asked; 0: it was. */
export const seenAt = signal(0)

/** Places that show what was kept of them: the server is asked as soon as it can be. */
const old = new Set<string>()

const placeOf = (chat: PeerId, top: number): string => (top === 0 ? `chat/${chat}` : `chat/${chat}/${top}`)
const forumOf = (chat: PeerId): string => `forum/${chat}`

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

/** Say whether a chat, topic or thread shows what was kept of it, and not what the server says. */
export function isOld(chat: PeerId, top: number): boolean {
  return old.has(placeOf(chat, top))
}

/** Show what was kept of a chat, topic or thread; resolves to whether something was. */
export async function restoreChat(chat: PeerId, top: number): Promise<boolean> {
  const place = placeOf(chat, top)
  const seen = await named(place).then(read<SeenChat>).catch(() => null)
  if (seen === null || history(chat, top).peek().known) return false
  const page = { from: 'around', messages: seen.messages, reachesStart: true, reachesEnd: true } as const
  apply({ type: 'peers', peers: seen.peers }, { type: 'page', chat, top, page })
  old.add(place) // until a page of the server's comes
  return true
}

/** Show what was kept of a group's topics. */
export async function restoreTopics(chat: PeerId): Promise<void> {
  const seen = await named(forumOf(chat)).then(read<SeenForum>).catch(() => null)
  if (seen === null || forums.peek().has(chat)) return
  const { topics, messages } = seen
  apply({ type: 'peers', peers: seen.peers }, { type: 'topics', chat, topics, messages, complete: false })
  old.add(forumOf(chat))
}

/** Say whether a group shows topics that were kept, and count them as the server's from now on: it is asked. */
export function renewTopics(chat: PeerId): boolean {
  return old.delete(forumOf(chat))
}

// -- saving -------------------------------------------------------------------------------------------

let timer: ReturnType<typeof setTimeout> | undefined
let saving: Promise<void> = Promise.resolve()
const saved = new Map<string, History | Forum>()
let savedList: readonly unknown[] = []

function saveSoon(): void {
  timer ??= setTimeout(save, SAVE_MS)
}

function save(): void {
  clearTimeout(timer)
  timer = undefined
  saving = saving.then(saveAll).catch(() => undefined) // without room, or refused: there is nothing to read later
}

/** Keep something that is no part of what was seen; null forgets it. `drop` leaves it alone. */
export function keep(name: string, value: object | null): void {
  const change = async (): Promise<void> => {
    if (self.peek() === 0) return
    const row = FIRST_BESIDE + (await named(name))
    if (value === null) await changing(SEEN, (store) => store.delete(row))
    else await write(row, { ...value, at: BESIDE })
  }
  saving = saving.then(change).catch(() => undefined)
}

/** Return what was kept so; nothing else is read for it. */
export async function keptBeside<T>(): Promise<T[]> {
  const beside = IDBKeyRange.bound(FIRST_BESIDE, `${FIRST_BESIDE}g`) // beyond hexadecimal digits
  const names = ((await reading(SEEN, (store) => store.getAllKeys(beside))) ?? []) as string[]
  const found = await Promise.all(names.map((name) => read<T>(name).catch(() => null)))
  return found.filter((one) => one !== null)
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
  for (const [place, state, made] of placesAt(at)) {
    if (saved.get(place) === state || old.has(place)) continue
    const seen = made()
    if (seen === null) continue
    more ||= !saved.has(place)
    saved.set(place, state)
    await write(await named(place), seen)
  }
  if (more) await drop()
}

type Saved = [place: string, state: History | Forum, made: () => { at: number } | null]

/** Return all that this page holds of chats and topics, and what is kept of each. */
function placesAt(at: number): Saved[] {
  const held = openHistories().map((one): Saved => [placeOf(one.chat, one.top), one, () => seenChat(one, peers.peek(), at)])
  const lists = [...forums.peek()].map(([chat, one]): Saved => [forumOf(chat), one, () => seenForum(one, peers.peek(), at)])
  return [...held, ...lists]
}

/** Drop the places that are too many. */
async function drop(): Promise<void> {
  const names = ((await reading(SEEN, (store) => store.getAllKeys())) ?? []) as string[]
  const rows = ((await reading(SEEN, (store) => store.getAll())) ?? []) as Partial<Row>[]
  const kept = names.map((name, index) => ({ name, at: rows[index]?.at ?? 0 })).filter(({ name, at }) => name !== LIST && at > 0)
  for (const name of superfluous(kept)) await changing(SEEN, (store) => store.delete(name))
}

watch((event) => {
  if (self.peek() === 0) return
  if (event.type === 'page' && isOnline()) old.delete(placeOf(event.chat, event.top))
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
  saved.clear()
  savedList = []
  seenAt.value = 0
  forgetKeys()
  void saving.then(() => indexedDB.deleteDatabase(SEEN.name)).catch(() => undefined)
}

onForget(forgetSeen)
