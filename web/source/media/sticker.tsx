/** A sticker: a picture, a film or a drawing that moves, without a bubble. What cannot be drawn is shown as its still picture. */

import { useEffect, useRef, useState } from 'preact/hooks'

import type { Doc, Message } from '../model/types.ts'
import { t } from '../words.ts'
import { ANIMATED, Animated } from './animated.tsx'
import { blobOf } from './cache.ts'
import { Moving } from './moving.tsx'
import { useNear } from './near.ts'
import { usePicture } from './picture.ts'
import { playableUrl } from './streaming.ts'

const OVER = { position: 'absolute', inset: 0, background: 'none', border: 0, cursor: 'pointer' } as const
const SIDE_PX = 190
const DRAWN_BYTES_MAX = 512 * 1024 // of a drawing that moves

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

async function wholeFile(message: Message, doc: Doc): Promise<Blob | null> {
  if (doc.size > DRAWN_BYTES_MAX) return null
  await playableUrl(message, doc)
  return blobOf(`file/${doc.id}`)
}

export function StickerView({ message, doc }: { message: Message; doc: Doc }) {
  const frame = useRef<HTMLDivElement>(null)
  const near = useNear(frame)
  const picture = doc.type === 'image/webp' || doc.type === 'image/png'
  const film = doc.type === 'video/webm'
  const whole = useWhole(message, doc, near && picture)
  const small = usePicture(message, SIDE_PX, near && !picture)
  const [drawn, setDrawn] = useState('') // the document whose drawing is there
  const [broken, setBroken] = useState('') // the address of what is no picture
  const found = picture ? whole : small.url
  const url = found === broken ? null : found
  const { width = 1, height = 1 } = doc
  const scale = SIDE_PX / Math.max(width, height, 1)
  const [wide, high] = [width, height].map((side) => Math.max(60, side * scale || SIDE_PX)) as [number, number]
  const style = { width: `${wide}px`, height: `${high}px` }
  const still = drawn !== doc.id
  const { set } = doc
  const open = set === undefined ? undefined : () => void import('../compose/sticker_set.tsx').then(({ showStickerSet }) => showStickerSet(set))
  const label = t('chats.sticker', { emoji: doc.emoji ?? '' })
  return (
    <div class="sticker" ref={frame} style={style} role={open === undefined ? 'img' : undefined} aria-label={open === undefined ? label : undefined}>
      {still && url !== null && <img src={url} alt="" draggable={false} onError={() => setBroken(url)} />}
      {film && <Moving message={message} doc={doc} />}
      {doc.type === ANIMATED && near && (
        <Animated name={doc.id} file={() => wholeFile(message, doc)} width={wide} height={high} shown={() => setDrawn(doc.id)} />
      )}
      {still && url === null && !film && <span class="sticker-emoji">{doc.emoji}</span>}
      {open !== undefined && <button type="button" class="sticker-open" style={OVER} aria-label={label} onClick={open} />}
    </div>
  )
}
