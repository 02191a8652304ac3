/** The outbox on this device's disk: what was written and has not been sent survives a closed tab. */

import type { Entity, Peer, PeerId } from '../model/types.ts'
import type { Quoted } from './state.ts'

const NAME = 'chappe-outbox'
const ENTRIES = 'entries'

/** A file of a message, as it was chosen. */
export interface OutgoingFile {
  blob: Blob
  name: string
  as: 'photo' | 'video' | 'gif' | 'voice' | 'file' | 'audio'
  width: number
  height: number
  seconds: number
  waveform?: Uint8Array
  spoiler?: boolean
  thumb?: Blob
}

/** A message that is forwarded. */
export interface Forwarded {
  from: PeerId // the chat it stands in
  id: number
  hidden: boolean // without saying whose it was
  album: string // of the message that is forwarded
}

/** A sticker or another file that the server has already. */
export interface Existing {
  id: bigint
  accessHash: bigint
  fileReference: Uint8Array
}

/** A message to be sent. Entries of one album are sent together. */
export interface Entry {
  id: number // below 0: stands for the message until it has a number
  chat: PeerId
  peer: Peer | null // the chat, for a later page that has not read of it
  top: number // of a topic or thread; 0: none
  random: bigint // by which the server knows a message that is sent twice
  date: number // seconds of Unix time
  text: string
  entities: Entity[]
  reply: number // 0: no answer
  silent: boolean
  schedule: number // seconds of Unix time; 0: at once
  file: OutgoingFile | null
  album: string // '' or what entries of one album, or of one act of forwarding, share
  quote: Quoted | null // the part of `reply` that is answered
  forward: Forwarded | null
  existing: Existing | null
  media: object | null // as the API takes it, plain: a poll, a place
  bare: boolean // without a preview of the page it links to
}

/** What most entries are not. */
export const PLAIN = {
  peer: null,
  silent: false,
  schedule: 0,
  file: null,
  album: '',
  quote: null,
  forward: null,
  existing: null,
  media: null,
  bare: false,
} satisfies Partial<Entry>

function opened(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(ENTRIES, { keyPath: 'id' })
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => fail(asked.error)
  })
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened()
  try {
    return await new Promise((done, fail) => {
      const change = database.transaction(ENTRIES, mode)
      const asked = work(change.objectStore(ENTRIES))
      change.oncomplete = () => done(asked.result)
      change.onabort = () => fail(change.error)
    })
  } finally {
    database.close()
  }
}

/** Return what waits, in the order it was written. */
export async function load(): Promise<Entry[]> {
  const all = (await within('readonly', (store) => store.getAll())) as Entry[]
  return all.map((one) => ({ ...PLAIN, ...one })).sort((one, other) => other.id - one.id)
}

export async function put(entry: Entry): Promise<void> {
  await within('readwrite', (store) => store.put(entry))
}

export async function remove(id: number): Promise<void> {
  await within('readwrite', (store) => store.delete(id))
}
