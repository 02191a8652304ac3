/** A round video: it moves without sound until it is pressed, then it plays in its circle. */

import { useLayoutEffect, useRef } from 'preact/hooks'

import type { Doc, Message } from '../model/types.ts'
import { Icon } from '../ui/icons.tsx'
import { Ring, Spinner } from '../ui/kit.tsx'
import { duration } from '../ui/times.ts'
import { t } from '../words.ts'
import { Moving } from './moving.tsx'
import { useNear } from './near.ts'
import { usePicture } from './picture.ts'
import * as player from './player.ts'

const SIDE_PX = 220
const AROUND = 2 * Math.PI * 49

function Progress({ doc }: { doc: Doc }) {
  const part = player.position.value / Math.max(doc.seconds, 0.1)
  return (
    <svg class="round-progress" viewBox="0 0 100 100" aria-hidden="true">
      <circle cx="50" cy="50" r="49" stroke-dasharray={`${AROUND * Math.min(1, part)} ${AROUND}`} />
    </svg>
  )
}

/** Holds the player's own element while this video is played. */
function Stage() {
  const stage = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    const film = player.element()
    const frame = stage.current
    frame?.append(film)
    return () => player.park(film, frame)
  }, [])
  return <span class="round-stage" ref={stage} />
}

export function RoundView({ message, doc }: { message: Message; doc: Doc }) {
  const frame = useRef<HTMLDivElement>(null)
  const near = useNear(frame)
  const { url, preview } = usePicture(message, SIDE_PX, near)
  const mine = player.isCurrent(message)
  const plays = mine && player.playing.value
  const sending = message.id < 0 && message.sending === 'waiting'
  return (
    <div class="round" ref={frame}>
      <button
        type="button"
        class="round-open"
        aria-label={t(plays ? 'media.pause' : 'media.play', { name: `${t('chats.round')}, ${duration(doc.seconds)}` })}
        onClick={() => player.toggle(message)}
      >
        {preview !== null && url === null && <img class="tile-preview" src={preview} alt="" />}
        {url !== null && <img src={url} alt="" draggable={false} />}
        {!mine && <Moving message={message} doc={doc} />}
        {mine && <Stage />}
        {mine && <Progress doc={doc} />}
        {!plays && (
          <span class="tile-play">
            {sending ? (
              <Ring part={message.progress ?? 0} label={t('history.sending')} />
            ) : mine && player.coming.value ? (
              <Spinner label={t('ui.loading')} />
            ) : (
              <Icon name="play" />
            )}
          </span>
        )}
      </button>
      <span class="round-foot">
        {duration(doc.seconds)}
        {message.unheard && <span class="dot" role="img" aria-label={t('media.unheard')} />}
      </span>
    </div>
  )
}
