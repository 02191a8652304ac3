/** The outbox on this device's disk, encrypted: what was written and has not been sent survives a closed tab. */

import { changing, reading } from '../kept/database.ts'
import { OUTBOX } from '../kept/names.ts'
import { packed, unpacked } from '../kept/packing.ts'
import { opened, openedFile, sealed, sealedFile } from '../kept/sealing.ts'
import type { Entity, Peer, PeerId } from '../model/types.ts'
import type { Quoted } from './state.ts'

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

const BYTES_MAX = 16 * 1024 * 1024 // of a file that is kept as bytes: Safari's private windows keep no `Blob`

type Sealed = Blob | Uint8Array<ArrayBuffer> | null

/** An entry on the disk: its records and its files, encrypted. */
interface Row {
  id: number
  record: Uint8Array<ArrayBuffer>
  blob: Sealed
  thumb: Sealed
}

const placeOf = (id: number, part: string): string => `outbox/${id}/${part}`

async function sealedPart(file: Blob | undefined, place: string): Promise<Sealed> {
  if (file === undefined) return null
  const made = await sealedFile(file, place)
  return made.size <= BYTES_MAX ? new Uint8Array(await made.arrayBuffer()) : made
}

async function sealedRow(entry: Entry): Promise<Row> {
  const { id, file } = entry
  const { blob, thumb, ...described } = file ?? {}
  const types = { blob: blob?.type ?? '', thumb: thumb?.type ?? '' }
  const record = packed({ ...entry, file: file && { ...described, types } })
  return {
    id,
    record: await sealed(record, placeOf(id, 'record')),
    blob: await sealedPart(blob, placeOf(id, 'blob')),
    thumb: await sealedPart(thumb, placeOf(id, 'thumb')),
  }
}

async function openedRow({ id, record, blob, thumb }: Row): Promise<Entry> {
  const entry = unpacked(await opened(record, placeOf(id, 'record'))) as Entry
  if (entry.file === null || blob === null) return { ...PLAIN, ...entry }
  const { types, ...described } = entry.file as OutgoingFile & { types: { blob: string; thumb: string } }
  const file = { ...described, blob: await openedFile(new Blob([blob]), placeOf(id, 'blob'), types.blob) }
  if (thumb !== null) file.thumb = await openedFile(new Blob([thumb]), placeOf(id, 'thumb'), types.thumb)
  return { ...PLAIN, ...entry, file }
}

/** Return what waits, in the order it was written. What cannot be read, of an earlier session, is left out. */
export async function load(): Promise<Entry[]> {
  const rows = ((await reading(OUTBOX, (store) => store.getAll())) ?? []) as (Row | Entry)[]
  const all = await Promise.all(rows.map((row) => ('record' in row ? openedRow(row).catch(() => null) : { ...PLAIN, ...row })))
  return all.filter((one) => one !== null).sort((one, other) => other.id - one.id)
}

/** Return the numbers of what waits. */
export async function numbers(): Promise<ReadonlySet<number>> {
  return new Set(((await reading(OUTBOX, (store) => store.getAllKeys())) ?? []) as number[])
}

export async function put(entry: Entry): Promise<void> {
  const row = await sealedRow(entry)
  await changing(OUTBOX, (store) => store.put(row))
}

export async function remove(id: number): Promise<void> {
  await changing(OUTBOX, (store) => store.delete(id))
}
