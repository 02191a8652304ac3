/** Photos and videos of a message, or of an album, in a grid. */

import { useEffect, useState } from 'preact/hooks'

import { localUrl } from '../compose/outgoing_media.ts'
import type { Message, Picture } from '../model/types.ts'
import { Icon } from '../ui/icons.tsx'
import { Ring } from '../ui/kit.tsx'
import { duration } from '../ui/times.ts'
import { t } from '../words.ts'
import { fetched } from './cache.ts'
import { previewUrl } from './preview.ts'
import { openViewer } from './viewer.tsx'

const WIDE_MAX = 420 // CSS pixels of a single picture
const HIGH_MAX = 420 // CSS pixels

/** Return the smallest size that fills a width on this screen. */
function sizeFor(photo: Picture, width: number): Picture['sizes'][number] | undefined {
  const pixels = width * devicePixelRatio
  return photo.sizes.find((one) => one.width >= pixels) ?? photo.sizes.at(-1)
}

function usePicture(message: Message): { url: string | null; preview: string | null } {
  const { media } = message
  const [url, setUrl] = useState<string | null>(null)
  const id = media?.is === 'photo' ? media.photo.id : media?.is === 'document' ? media.document.id : ''
  useEffect(() => {
    let wanted = true
    const show = (found: string | null): void => {
      if (wanted && found !== null) setUrl(found)
    }
    if (id.startsWith('local-')) show(media?.is === 'photo' ? localUrl(id.slice(6)) : null)
    else if (media?.is === 'photo') {
      const size = sizeFor(media.photo, WIDE_MAX)
      if (size !== undefined) {
        const place = media.photo.place(size.type)
        void fetched(`photo/${id}/${size.type}`, place, size.bytes, 'image/jpeg').then(show)
      }
    } else if (media?.is === 'document' && media.document.thumb !== null) {
      const { thumb } = media.document
      void fetched(`thumb/${id}`, media.document.place(thumb.type), 0, 'image/jpeg').then(show)
    }
    return () => {
      wanted = false
    }
  }, [id])
  const raw = media?.is === 'photo' ? media.photo.preview : media?.is === 'document' ? media.document.preview : null
  return { url, preview: raw === null ? null : previewUrl(raw) }
}

function extent(message: Message): { width: number; height: number } {
  const { media } = message
  const given = media?.is === 'photo' ? media.photo : media?.is === 'document' ? media.document : null
  return { width: given?.width || 320, height: given?.height || 240 }
}

function Tile({ message, label }: { message: Message; label: string }) {
  const { url, preview } = usePicture(message)
  const [veiled, setVeiled] = useState(message.media !== null && 'spoiler' in message.media && message.media.spoiler)
  const film = message.media?.is === 'document' ? message.media.document : null
  const open = (): void => {
    if (veiled) setVeiled(false)
    else openViewer(message)
  }
  return (
    <button type="button" class={veiled ? 'tile veiled' : 'tile'} aria-label={label} onClick={open}>
      {preview !== null && url === null && <img class="tile-preview" src={preview} alt="" />}
      {url !== null && <img src={url} alt="" draggable={false} />}
      {film !== null && (
        <>
          <span class="tile-play">
            <Icon name="play" />
          </span>
          {film.seconds > 0 && <span class="tile-time">{duration(film.seconds)}</span>}
        </>
      )}
      {message.progress !== undefined && message.sending === 'waiting' && (
        <span class="tile-progress">
          <Ring part={message.progress} label={t('history.sending')} />
        </span>
      )}
    </button>
  )
}

export function Album({ parts }: { parts: readonly Message[] }) {
  const label = (one: Message): string => {
    const photo = t('chats.photo')
    return one.media?.is === 'document' ? t('chats.video') : photo
  }
  if (parts.length === 1) {
    const [only] = parts as [Message]
    const { width, height } = extent(only)
    const scale = Math.min(1, WIDE_MAX / width, HIGH_MAX / height)
    const style = { width: `${Math.max(120, width * scale)}px`, aspectRatio: `${width} / ${height}` }
    return (
      <div class="album album-1" style={style}>
        <Tile message={only} label={label(only)} />
      </div>
    )
  }
  return (
    <div class={`album album-${Math.min(parts.length, 10)}`}>
      {parts.map((one) => (
        <Tile key={one.key} message={one} label={label(one)} />
      ))}
    </div>
  )
}
