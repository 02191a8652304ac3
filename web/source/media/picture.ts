/** The picture of a message as addresses: the tiny one at once, the right one for the screen when it is there. */

import { useEffect, useState } from 'preact/hooks'

import { isLocal, localPoster, localUrl } from '../compose/outgoing_media.ts'
import type { Place } from '../link.ts'
import type { Media, Message, Picture } from '../model/types.ts'
import { cached, fetched } from './cache.ts'
import { renewal } from './fresh.ts'
import { previewUrl } from './preview.ts'

/** A file in the cache: under which key, and how it is fetched. */
export interface Source {
  key: string
  place: Place
  bytes: number
  type: string
}

/** Return the smallest size that fills a width on this screen, in CSS pixels. */
export function sizeFor(sizes: Picture['sizes'], width: number, density: number): Picture['sizes'][number] | undefined {
  return sizes.find((one) => one.width >= width * density * 0.9) ?? sizes.at(-1)
}

export function photoSource(photo: Picture, width: number): Source | null {
  const size = sizeFor(photo.sizes, width, devicePixelRatio)
  if (size === undefined) return null
  return { key: `photo/${photo.id}/${size.type}`, place: photo.place(size.type), bytes: size.bytes, type: 'image/jpeg' }
}

/** Return where a still picture of a medium is: the photo, or the picture that stands for a film or file. */
function sourceOf(media: Media | null, width: number): Source | null {
  if (media?.is === 'photo') return photoSource(media.photo, width)
  if (media?.is !== 'document' || media.document.thumb === null) return null
  const { id, thumb, place } = media.document
  return { key: `thumb/${id}/${thumb.type}`, place: place(thumb.type), bytes: 0, type: 'image/jpeg' }
}

function idOf(media: Media | null): string {
  if (media?.is === 'photo') return media.photo.id
  return media?.is === 'document' ? media.document.id : ''
}

function rawPreview(media: Media | null): Uint8Array | null {
  if (media?.is === 'photo') return media.photo.preview
  return media?.is === 'document' ? media.document.preview : null
}

export interface Shown {
  url: string | null
  preview: string | null // to be blurred
}

/** Return the addresses of a message's picture, once it is `wanted`. */
export function usePicture(message: Message, width: number, wanted: boolean): Shown {
  const { media } = message
  const id = idOf(media)
  const local = media?.is === 'photo' ? (localUrl(id) ?? cached(`own/${id}`)) : localPoster(id)
  const source = local === null && id !== '' && !isLocal(id) ? sourceOf(media, width) : null
  const key = local === null ? source?.key : undefined
  const [known, setKnown] = useState<{ key: string; url: string } | null>(null)
  useEffect(() => {
    if (!wanted || source === null || cached(source.key) !== null) return undefined
    let current = true
    const renew = renewal(message, (now) => sourceOf(now, width)?.place ?? null)
    void fetched(source.key, source.place, source.bytes, source.type, undefined, undefined, renew).then((url) => {
      if (current && url !== null) setKnown({ key: source.key, url })
    })
    return () => {
      current = false
    }
  }, [key, wanted])
  const raw = rawPreview(media)
  const url = local ?? (key === undefined ? null : known?.key === key ? known.url : cached(key))
  return { url, preview: raw === null ? null : previewUrl(raw) || null }
}
