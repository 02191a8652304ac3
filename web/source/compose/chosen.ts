/** Files that were chosen to be sent: what they are, in which order and albums they go. Pure. */

import type { Entity } from '../model/types.ts'
import type { OutgoingFile } from './stored.ts'

export const ALBUM_MAX = 10 // files that one album holds
export const FILE_BYTES_MAX = 4000 * 512 * 1024 // of one file: as many parts as the server takes
export const CAPTION_MAX = 1024 // UTF-16 units of a caption
export const PHOTO_SIDE_MAX = 2560 // pixels of a photo's longer side
const PHOTO_RATIO_MAX = 20 // the longer side by the shorter
const PHOTO_BYTES_KEPT = 3 * 1024 * 1024 // of a photo that is sent as it is

export type Kind = 'photo' | 'video' | 'gif' | 'audio' | 'file'

/** A file with what was found out about it. */
export interface Chosen {
  key: string
  file: Blob
  name: string
  kind: Kind // as which it can be sent
  width: number // 0 where it has none
  height: number
  seconds: number
  poster: Blob | null // of a film
  spoiler: boolean
}

export type Trouble = 'empty' | 'large'

/** Return why a file cannot be sent; null if it can. */
export function troubleOf({ size }: { size: number }): Trouble | null {
  if (size === 0) return 'empty'
  return size > FILE_BYTES_MAX ? 'large' : null
}

/** Say what a file with a picture in it can be sent as. */
export function pictureKind(type: string, width: number, height: number): Kind {
  if (width === 0 || height === 0 || type === 'image/svg+xml') return 'file'
  if (Math.max(width, height) > PHOTO_RATIO_MAX * Math.min(width, height)) return 'file'
  return type === 'image/gif' ? 'gif' : 'photo'
}

/** Say whether a photo is made smaller, or into a JPEG, before it is sent. */
export function shrinks({ file, width, height }: Chosen): boolean {
  const plain = ['image/jpeg', 'image/png', 'image/webp'].includes(file.type)
  return !plain || Math.max(width, height) > PHOTO_SIDE_MAX || file.size > PHOTO_BYTES_KEPT
}

export interface Way {
  asFiles: boolean // nothing is shown as a photo or film, and nothing made smaller
  grouped: boolean // in albums
}

/** Return as which a file is sent. */
export function sentAs({ kind }: Chosen, { asFiles }: Way): Kind {
  return asFiles && kind !== 'audio' ? 'file' : kind
}

/** Which kinds can stand in one album. */
function family(kind: Kind): string {
  if (kind === 'photo' || kind === 'video') return 'pictures'
  return kind === 'gif' ? '' : kind
}

/** Return the files in the groups in which they are sent: albums, and single ones. */
export function groups(chosen: readonly Chosen[], way: Way): Chosen[][] {
  const made: Chosen[][] = []
  for (const one of chosen) {
    const last = made.at(-1)
    const kind = family(sentAs(one, way))
    const joins =
      way.grouped && kind !== '' && last !== undefined && last.length < ALBUM_MAX &&
      family(sentAs(last[0] as Chosen, way)) === kind
    if (joins) last.push(one)
    else made.push([one])
  }
  return made
}

/** Say whether a choice about albums makes any difference. */
export function canGroup(chosen: readonly Chosen[], way: Way): boolean {
  return groups(chosen, { ...way, grouped: true }).some((group) => group.length > 1)
}

/** Move a file before or behind its neighbours. */
export function moved(chosen: readonly Chosen[], key: string, to: number): Chosen[] {
  const from = chosen.findIndex((one) => one.key === key)
  if (from < 0) return [...chosen]
  const rest = chosen.filter((one) => one.key !== key)
  rest.splice(Math.max(0, Math.min(rest.length, to)), 0, chosen[from] as Chosen)
  return rest
}

/** What is written under the files. */
export interface Caption {
  text: string
  entities: Entity[]
}

export interface ToSend {
  file: OutgoingFile
  caption: Caption
  album: string // '' or what files of one album share
}

const NO_WORDS: Caption = { text: '', entities: [] }

/** Return the files with the words: under the first of pictures, under the last of files, as apps show them. */
export function toSend(
  sets: readonly (readonly Chosen[])[],
  ready: (one: Chosen) => OutgoingFile,
  caption: Caption,
  album: () => string,
): ToSend[] {
  const made: ToSend[] = []
  for (const [at, set] of sets.entries()) {
    const files = set.map(ready)
    const shared = set.length > 1 ? album() : ''
    const worded = ['photo', 'video'].includes(files[0]?.as ?? '') ? 0 : files.length - 1
    for (const [place, file] of files.entries()) {
      made.push({ file, album: shared, caption: at === 0 && place === worded ? caption : NO_WORDS })
    }
  }
  return made
}
