/** A chosen file as the API takes it, and as it is shown while it is on its way. */

import type { Uploaded } from '../link.ts'
import { keep } from '../media/cache.ts'
import type { Doc, Media } from '../model/types.ts'
import type { Entry, OutgoingFile } from './stored.ts'

const NOWHERE: Doc['input'] = { id: 0n, accessHash: 0n, fileReference: new Uint8Array() }
const LOCAL = 'local-' // before an entry's random number, as the id of a file that is not sent yet
const STILL_SHOWN_MS = 10_000 // after a file was sent, its first address stays valid
const OWN_BYTES_MAX = 16 * 1024 * 1024 // of a file of one's own that is kept to be shown and played

interface Local {
  url: string
  poster: string | null // of a film
}

const locals = new Map<string, Local>() // files that are on their way, by their ids

/** Say whether a file is not sent yet: then nothing of it can be fetched. */
export function isLocal(id: string): boolean {
  return id.startsWith(LOCAL)
}

/** Return the address under which an outgoing file is shown on this device; null for any other file. */
export function localUrl(id: string): string | null {
  return locals.get(id)?.url ?? null
}

/** Return the address of the picture that stands for an outgoing film. */
export function localPoster(id: string): string | null {
  return locals.get(id)?.poster ?? null
}

/** Keep what was sent, so that it is shown and played without being fetched. */
export function adopt(entry: Entry, media: Media | null): void {
  const { file, random } = entry
  const id = LOCAL + random
  const local = locals.get(id)
  if (file !== null && media?.is === 'photo') keep(`own/${media.photo.id}`, file.blob)
  if (file !== null && media?.is === 'document') {
    const { id: sent, thumb } = media.document
    if (thumb !== null && file.thumb !== undefined) keep(`thumb/${sent}/${thumb.type}`, file.thumb)
    if (file.blob.size <= OWN_BYTES_MAX && file.as !== 'file') keep(`file/${sent}`, file.blob)
  }
  if (local === undefined) return
  locals.delete(id)
  setTimeout(() => {
    URL.revokeObjectURL(local.url)
    if (local.poster !== null) URL.revokeObjectURL(local.poster)
  }, STILL_SHOWN_MS)
}

/** Return what is shown of an entry's file while it is sent. */
export function localMedia(entry: Entry): Media | null {
  const { file, random } = entry
  if (file === null) return null
  const key = `${LOCAL}${random}`
  if (!locals.has(key)) {
    const poster = file.thumb === undefined ? null : URL.createObjectURL(file.thumb)
    locals.set(key, { url: URL.createObjectURL(file.blob), poster })
  }
  const { width, height, name, seconds } = file
  if (file.as === 'photo') {
    const photo = { id: key, width, height, preview: null, sizes: [], place: nowhere }
    return { is: 'photo', photo, spoiler: file.spoiler ?? false, input: NOWHERE }
  }
  const document: Doc = {
    id: key,
    type: file.blob.type,
    size: file.blob.size,
    name,
    width,
    height,
    seconds,
    kind: file.as,
    preview: null,
    thumb: null,
    streams: false,
    place: nowhere,
    input: NOWHERE,
    ...(file.waveform === undefined ? {} : { waveform: file.waveform }),
  }
  return { is: 'document', document, spoiler: file.spoiler ?? false }
}

function nowhere(): never {
  throw new Error('a file that is not sent yet has no place')
}

/** Bring a file to the server and return the media that names it. */
export async function mediaToSend(
  file: OutgoingFile,
  upload: (blob: Blob, name: string) => Promise<Uploaded>,
): Promise<object> {
  const brought = await upload(file.blob, file.name)
  const spoiler = file.spoiler === true ? { spoiler: true } : {}
  if (file.as === 'photo') return { _: 'inputMediaUploadedPhoto', file: brought, ...spoiler }
  const { width: w, height: h, seconds: duration, name: fileName } = file
  const attributes: object[] = []
  if (file.as === 'video') {
    attributes.push({ _: 'documentAttributeVideo', supportsStreaming: true, duration, w, h })
  }
  if (file.as === 'gif') attributes.push({ _: 'documentAttributeImageSize', w, h }, { _: 'documentAttributeAnimated' })
  if (file.as === 'voice' || file.as === 'audio') {
    const voice = file.as === 'voice' ? { voice: true, waveform: file.waveform } : {}
    attributes.push({ _: 'documentAttributeAudio', duration: Math.round(duration), ...voice })
  }
  if (file.as !== 'voice') attributes.push({ _: 'documentAttributeFilename', fileName })
  const thumb = file.thumb === undefined ? {} : { thumb: await upload(file.thumb, 'thumb.jpg') }
  return {
    _: 'inputMediaUploadedDocument',
    file: brought,
    mimeType: file.blob.type || 'application/octet-stream',
    attributes,
    ...(file.as === 'file' ? { forceFile: true } : {}),
    ...(file.as === 'video' ? { nosoundVideo: true } : {}), // without sound it is still no GIF
    ...thumb,
    ...spoiler,
  }
}
