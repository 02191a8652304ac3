/** One picture of a conversation: a photo, a film, or a GIF, alone or in an album. */

import { useRef, useState } from 'preact/hooks'

import { discard } from '../compose/outbox.ts'
import type { Doc, Message } from '../model/types.ts'
import { place } from '../nav.ts'
import { Icon } from '../ui/icons.tsx'
import { Ring } from '../ui/kit.tsx'
import { duration, size } from '../ui/times.ts'
import { t } from '../words.ts'
import { Moving, playsItself } from './moving.tsx'
import { useNear } from './near.ts'
import { usePicture } from './picture.ts'
import { openViewer } from './viewer_door.tsx'

export interface Box {
  x: number // percent of the album
  y: number
  width: number
  height: number
}

function docOf({ media }: Message): Doc | null {
  return media?.is === 'document' ? media.document : null
}

function veiledAtFirst({ media }: Message): boolean {
  return media !== null && 'spoiler' in media && media.spoiler
}

/** Return what a tile is called: what it shows, which of how many. How long it is stands on it. */
function nameOf(message: Message, veiled: boolean, at: number, of: number): string {
  const doc = docOf(message)
  if (veiled) return t('media.hidden')
  const kind = doc === null ? t('chats.photo') : t(doc.kind === 'gif' ? 'chats.gif' : 'chats.video')
  return of > 1 ? t('media.one.of', { kind, n: at, of }) : kind
}

function FilmMarks({ doc, alone, at }: { doc: Doc; alone: boolean; at: number }) {
  const itself = alone && playsItself(doc)
  if (doc.kind === 'gif' && itself) {
    return (
      <span class="tile-mark" aria-hidden="true">
        {t('media.gif')}
      </span>
    )
  }
  return (
    <>
      {!itself && (
        <span class="tile-play">
          <Icon name="play" />
        </span>
      )}
      <span class="tile-mark">
        {duration(Math.max(0, doc.seconds - at))}
        {alone && !itself && doc.size > 0 && `, ${size(doc.size)}`}
      </span>
    </>
  )
}

/** How far a file is on its way, and a press that calls it back. */
function Sending({ message }: { message: Message }) {
  return (
    <button
      type="button"
      class="tile-progress"
      aria-label={t('media.send.stop')}
      title={t('media.send.stop')}
      onClick={() => discard(message.id)}
    >
      <Ring part={message.progress ?? 0} label={t('history.sending')} />
      <Icon name="close" />
    </button>
  )
}

export function Tile(props: { parts: readonly Message[]; at: number; width: number; box: Box | null }) {
  const { parts, at, width, box } = props
  const message = parts[at] as Message
  const of = parts.length
  const frame = useRef<HTMLDivElement>(null)
  const near = useNear(frame)
  const { url, preview } = usePicture(message, width, near)
  const [veiled, setVeiled] = useState(() => veiledAtFirst(message))
  const [seconds, setSeconds] = useState(0)
  const [there, setThere] = useState(false)
  const doc = docOf(message)
  const sending = message.id < 0 && message.sending === 'waiting'
  const style =
    box === null
      ? undefined
      : {
          insetInlineStart: `${box.x}%`,
          insetBlockStart: `${box.y}%`,
          inlineSize: `${box.width}%`,
          blockSize: `${box.height}%`,
        }
  return (
    <div class={veiled ? 'album-tile veiled' : 'album-tile'} ref={frame} style={style}>
      <button
        type="button"
        class="tile-open"
        onClick={() => {
          if (veiled) setVeiled(false)
          else openViewer(message, parts, place.peek()?.top)
        }}
      >
        <span class="only-spoken">{nameOf(message, veiled, at + 1, of)} </span>
        {preview !== null && !(there && url !== null) && <img class="tile-preview" src={preview} alt="" />}
        {url !== null && (
          <img
            class={there ? 'tile-picture' : 'tile-picture tile-coming'}
            src={url}
            alt=""
            draggable={false}
            onLoad={() => setThere(true)}
          />
        )}
        {doc !== null && of === 1 && !veiled && playsItself(doc) && <Moving message={message} doc={doc} ticks={setSeconds} />}
        {doc !== null && !veiled && !sending && <FilmMarks doc={doc} alone={of === 1} at={seconds} />}
        {veiled && !sending && (
          <span class="tile-veil">
            <Icon name="eye" />
          </span>
        )}
      </button>
      {sending && <Sending message={message} />}
    </div>
  )
}
