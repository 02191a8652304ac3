/** A photo at a small width, its blurred preview until it is there; for quotes, previews of pages and the like. */

import { useEffect, useState } from 'preact/hooks'

import type { Message, Picture } from '../model/types.ts'
import { fetched } from './cache.ts'
import { previewUrl } from './preview.ts'

interface Source {
  key: string
  fetch: (() => Promise<string | null>) | null
  preview: Uint8Array | null
}

function Shown({ source, ...rest }: { source: Source; class: string }) {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    let wanted = true
    setUrl(null)
    void source.fetch?.().then((found) => {
      if (wanted) setUrl(found)
    })
    return () => {
      wanted = false
    }
  }, [source.key])
  const preview = source.preview === null ? '' : previewUrl(source.preview)
  const src = url ?? preview
  return (
    <span class={`small-photo ${rest.class}`} aria-hidden="true">
      {src !== '' && <img class={url === null ? 'blurred' : ''} src={src} alt="" draggable={false} />}
    </span>
  )
}

/** Draw a photo in its smallest size that fills a width in CSS pixels. */
export function PhotoView({ photo, width, ...rest }: { photo: Picture; width: number; class: string }) {
  const size = photo.sizes.find((one) => one.width >= width * devicePixelRatio) ?? photo.sizes.at(-1)
  const fetch =
    size === undefined
      ? null
      : () => fetched(`photo/${photo.id}/${size.type}`, photo.place(size.type), size.bytes, 'image/jpeg')
  return <Shown source={{ key: photo.id, fetch, preview: photo.preview }} class={rest.class} />
}

/** Say whether a message has a picture that can stand beside a line of its words. */
export function hasThumbnail({ media }: Pick<Message, 'media'>): boolean {
  if (media?.is === 'photo' || (media?.is === 'page' && media.photo !== null)) return true
  return media?.is === 'document' && (media.document.thumb !== null || media.document.preview !== null)
}

/** Draw the small picture of a message's media; nothing where it has none. */
export function Thumbnail({ message, ...rest }: { message: Pick<Message, 'media'>; class: string }) {
  const { media } = message
  if (media?.is === 'photo' && !media.spoiler) return <PhotoView photo={media.photo} width={40} class={rest.class} />
  if (media?.is === 'photo') return <Shown source={{ key: '', fetch: null, preview: media.photo.preview }} class={rest.class} />
  if (media?.is === 'page' && media.photo !== null) return <PhotoView photo={media.photo} width={40} class={rest.class} />
  if (media?.is !== 'document' || !hasThumbnail(message)) return null
  const { document } = media
  const { thumb } = document
  const fetch =
    thumb === null || media.spoiler
      ? null
      : () => fetched(`thumb/${document.id}`, document.place(thumb.type), 0, 'image/jpeg')
  return <Shown source={{ key: document.id, fetch, preview: document.preview }} class={rest.class} />
}
