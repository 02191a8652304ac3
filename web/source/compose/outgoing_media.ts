/** A chosen file as the API takes it, and as it is shown while it is on its way. */

import type { Uploaded } from '../link.ts'
import type { Doc, Media } from '../model/types.ts'
import type { Entry, OutgoingFile } from './stored.ts'

const NOWHERE: Doc['input'] = { id: 0n, accessHash: 0n, fileReference: new Uint8Array() }
const locals = new Map<string, string>() // addresses of files that are on their way, by the entry's random number

/** Return the address under which an outgoing file is shown on this device. */
export function localUrl(random: string): string | null {
  return locals.get(random) ?? null
}

/** Return what is shown of an entry's file while it is sent. */
export function localMedia(entry: Entry): Media | null {
  const { file, random } = entry
  if (file === null) return null
  const key = `local-${random}`
  if (!locals.has(key)) locals.set(key, URL.createObjectURL(file.blob))
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
    ...thumb,
    ...spoiler,
  }
}
