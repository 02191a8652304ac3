/** Bringing the files of outbox entries to the server; what is there is not brought again when sending is tried anew. */

import { call, inputPeer, link, Refused } from '../api.ts'
import type { Uploaded } from '../link.ts'
import type { PeerId } from '../model/types.ts'
import { apply } from '../store.ts'
import type * as api from '../translate/tl.ts'
import { mediaToSend } from './outgoing_media.ts'
import type { Entry, OutgoingFile } from './stored.ts'
import { tell } from './telling_media.ts'

const there = new Map<number, object>() // by entry: its media as the server knows them
const UNREADABLE = ['IMAGE_PROCESS_FAILED', 'PHOTO_INVALID_DIMENSIONS', 'PHOTO_SAVE_FILE_INVALID']

/** Forget what was brought of entries: they were sent, thrown away or refused. */
export function forgetBrought(ids: readonly number[]): void {
  for (const id of ids) there.delete(id)
}

function upload(entry: Entry, file: OutgoingFile, signal: AbortSignal) {
  return (blob: Blob, name: string): Promise<Uploaded> => {
    const progress = (done: number, total: number): void => {
      if (blob !== file.blob) return // of the small picture that stands for it
      apply({ type: 'progress', chat: entry.chat, id: entry.id, progress: total === 0 ? 1 : done / total })
    }
    return link.upload(blob, name, progress, signal)
  }
}

/** Turn a file that was brought into one that an album can name. */
async function named(chat: PeerId, media: object, signal: AbortSignal): Promise<object> {
  const kept = await call({ _: 'messages.uploadMedia', peer: inputPeer(chat), media } as never, signal)
  const made = kept as api.Media
  if (made._ === 'messageMediaPhoto' && made.photo?._ === 'photo') {
    const { id, accessHash, fileReference } = made.photo
    return { _: 'inputMediaPhoto', id: { _: 'inputPhoto', id, accessHash, fileReference } }
  }
  if (made._ === 'messageMediaDocument' && made.document?._ === 'document') {
    const { id, accessHash, fileReference } = made.document
    return { _: 'inputMediaDocument', id: { _: 'inputDocument', id, accessHash, fileReference } }
  }
  throw new Error('a file that is neither photo nor document')
}

const DOING = {
  photo: 'sendMessageUploadPhotoAction',
  video: 'sendMessageUploadVideoAction',
  gif: 'sendMessageUploadVideoAction',
  voice: 'sendMessageUploadAudioAction',
  audio: 'sendMessageUploadDocumentAction',
  file: 'sendMessageUploadDocumentAction',
} as const

async function brought(entry: Entry, file: OutgoingFile, inAlbum: boolean, signal: AbortSignal): Promise<object> {
  const known = there.get(entry.id)
  if (known !== undefined) return known
  const media = await mediaToSend(file, upload(entry, file, signal))
  const spoiler = file.spoiler === true ? { spoiler: true } : {}
  const made = inAlbum ? { ...(await named(entry.chat, media, signal)), ...spoiler } : media
  there.set(entry.id, made)
  return made
}

/** Bring the files of entries that are sent together, and return the media that name them. */
export async function bring(batch: readonly Entry[], signal: AbortSignal): Promise<object[]> {
  const [first] = batch as [Entry]
  const untell = tell(first.chat, first.top, DOING[first.file?.as ?? 'file'])
  try {
    const made: object[] = []
    for (const entry of batch) {
      if (entry.file !== null) made.push(await brought(entry, entry.file, batch.length > 1, signal))
    }
    return made
  } finally {
    untell()
  }
}

/** Return the photos that the server cannot make photos of, by its refusal: they should be sent as files. */
export function unreadable(batch: readonly Entry[], error: unknown): Entry[] {
  if (!(error instanceof Refused) || !UNREADABLE.includes(error.text)) return []
  const untaken = batch.filter(({ id, file }) => file?.as === 'photo' && !there.has(id))
  return batch.length === 1 ? batch.filter(({ file }) => file?.as === 'photo') : untaken.slice(0, 1)
}
