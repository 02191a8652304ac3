/** A film without sound that plays by itself while it is seen: GIFs, and short films in a conversation. */

import { useEffect, useRef, useState } from 'preact/hooks'

import type { Doc, Message } from '../model/types.ts'
import { mayMove, useSeen } from './near.ts'
import { playableUrl } from './streaming.ts'

const SHORT_S = 20 // seconds of a film that plays by itself
const SMALL_BYTES = 6 * 1024 * 1024 // of such a film
const GIF_BYTES_MAX = 16 * 1024 * 1024 // of a GIF that does: a long film without sound is one, too

/** Say whether a film plays by itself where it stands in a conversation. */
export function playsItself(doc: Doc): boolean {
  if (doc.kind === 'gif') return doc.size <= GIF_BYTES_MAX
  return doc.kind === 'video' && doc.seconds > 0 && doc.seconds <= SHORT_S && doc.size <= SMALL_BYTES
}

/** Draw it over its still picture; nothing where pictures may not move. `ticks` is told how far it is, in seconds. */
export function Moving({ message, doc, ticks }: { message: Message; doc: Doc; ticks?: (at: number) => void }) {
  const frame = useRef<HTMLSpanElement>(null)
  const film = useRef<HTMLVideoElement>(null)
  const seen = useSeen(frame)
  const moves = mayMove()
  const [known, setKnown] = useState<{ id: string; url: string } | null>(null)
  const url = known?.id === doc.id ? known.url : null
  const [ready, setReady] = useState(false)
  useEffect(() => {
    if (!seen || !moves || url !== null) return undefined
    let current = true
    void playableUrl(message, doc).then((found) => {
      if (current && found !== null) setKnown({ id: doc.id, url: found })
    })
    return () => {
      current = false
    }
  }, [doc.id, seen])
  useEffect(() => {
    if (film.current === null) return
    film.current.muted = true // as an attribute it does not count everywhere
    if (seen) void film.current.play().catch(() => undefined)
    else film.current.pause()
  }, [seen, url])
  const name = ready ? 'moving moving-ready' : 'moving'
  return (
    <span class={name} ref={frame} aria-hidden="true">
      {moves && url !== null && doc.type.startsWith('image/') && <img src={url} alt="" onLoad={() => setReady(true)} />}
      {moves && url !== null && !doc.type.startsWith('image/') && (
        <video
          ref={film}
          src={url}
          muted
          loop
          playsInline
          disablePictureInPicture
          preload="auto"
          tabIndex={-1}
          onPlaying={() => setReady(true)}
          onTimeUpdate={(event) => ticks?.(event.currentTarget.currentTime)}
        />
      )}
    </span>
  )
}
