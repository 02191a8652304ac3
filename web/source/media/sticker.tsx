/** A sticker: a picture or a film without a bubble; one of a format that is not drawn here as its still picture. */

import { useEffect, useRef, useState } from 'preact/hooks'

import type { Doc, Message } from '../model/types.ts'
import { t } from '../words.ts'
import { Moving } from './moving.tsx'
import { useNear } from './near.ts'
import { usePicture } from './picture.ts'
import { playableUrl } from './streaming.ts'

const SIDE_PX = 190

function useWhole(message: Message, doc: Doc, wanted: boolean): string | null {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (!wanted) return undefined
    let current = true
    void playableUrl(message, doc).then((found) => {
      if (current) setUrl(found)
    })
    return () => {
      current = false
    }
  }, [doc.id, wanted])
  return url
}

export function StickerView({ message, doc }: { message: Message; doc: Doc }) {
  const frame = useRef<HTMLDivElement>(null)
  const near = useNear(frame)
  const picture = doc.type === 'image/webp' || doc.type === 'image/png'
  const film = doc.type === 'video/webm'
  const whole = useWhole(message, doc, near && picture)
  const still = usePicture(message, SIDE_PX, near && !picture)
  const [broken, setBroken] = useState('') // the address of what is no picture
  const found = picture ? whole : still.url
  const url = found === broken ? null : found
  const { width = 1, height = 1 } = doc
  const scale = SIDE_PX / Math.max(width, height, 1)
  const style = { width: `${Math.max(60, width * scale || SIDE_PX)}px`, height: `${Math.max(60, height * scale || SIDE_PX)}px` }
  return (
    <div class="sticker" ref={frame} style={style} role="img" aria-label={t('chats.sticker', { emoji: doc.emoji ?? '' })}>
      {url !== null && <img src={url} alt="" draggable={false} onError={() => setBroken(url)} />}
      {film && <Moving message={message} doc={doc} />}
      {url === null && !film && <span class="sticker-emoji">{doc.emoji}</span>}
    </div>
  )
}
