/** Photos and films over the whole page: one at a time, with a way to the others of the chat. */

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

import type { Message } from '../model/types.ts'
import { place } from '../nav.ts'
import { IconButton } from '../ui/kit.tsx'
import { t } from '../words.ts'
import * as gallery from './gallery.ts'
import { Middle } from './middle.tsx'
import { useGallery, usePrefetch } from './use_gallery.ts'
import { Caption, Head } from './viewer_head.tsx'
import { CLOSER, type Frame, moved, type Swipe, type View, WHOLE, zoomed } from './zoom.ts'

const PAN_PX = 80 // by an arrow key
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

function frameIn(viewer: HTMLElement | null): Frame {
  const stage = viewer?.querySelector<HTMLElement>('.stage')
  const sheet = stage?.querySelector<HTMLElement>('.stage-sheet')
  return {
    room: { width: stage?.clientWidth ?? 1, height: stage?.clientHeight ?? 1 },
    picture: { width: sheet?.offsetWidth ?? 1, height: sheet?.offsetHeight ?? 1 },
  }
}

interface ViewerProps {
  message: Message
  beside: readonly Message[]
  top: number
  close: () => void
}

export function Viewer({ message, beside, top, close }: ViewerProps) {
  const { known, go } = useGallery(message, beside, top, close)
  usePrefetch(known)
  const frame = useRef<HTMLDivElement>(null)
  const view = useSignal<View>(WHOLE)
  const now = gallery.current(known) ?? message
  const turned = document.documentElement.dir === 'rtl'
  const still = now.media?.is === 'photo' || (now.media?.is === 'document' && now.media.document.type.startsWith('image/'))
  useEffect(() => {
    view.value = WHOLE
  }, [now.id])
  useEffect(() => frame.current?.focus(), [])
  useEffect(() => {
    const before = place.peek()
    return place.subscribe((one) => {
      if (one?.chat !== before?.chat) close() // forwarded: the other chat was opened behind
    })
  }, [])
  const zoomBy = (factor: number): void => {
    view.value = zoomed(view.peek(), factor, { x: 0, y: 0 }, frameIn(frame.current))
  }
  const aside = (by: 1 | -1): void => go(turned ? (by === 1 ? -1 : 1) : by)
  const swiped = (swipe: Swipe): void => {
    if (swipe === 'away') close()
    else aside(swipe === 'left' ? 1 : -1)
  }
  const pressed = (event: KeyboardEvent): void => {
    const closer = view.peek().scale > 1
    const arrow = ARROWS[event.key]
    if ((event.target as Element).closest('video') !== null) return // its own keys
    if (arrow !== undefined && closer) {
      view.value = moved(view.peek(), { x: arrow[0] * PAN_PX, y: arrow[1] * PAN_PX }, frameIn(frame.current))
    } else if (event.key === 'ArrowLeft') aside(-1)
    else if (event.key === 'ArrowRight') aside(1)
    else if (event.key === '+' || event.key === '=') zoomBy(CLOSER)
    else if (event.key === '-') zoomBy(1 / CLOSER)
    else if (event.key === '0') view.value = WHOLE
    else return
    event.preventDefault()
  }
  return (
    <div class="viewer" ref={frame} tabIndex={-1} onKeyDown={pressed}>
      <Head message={now} zoomBy={still ? zoomBy : null} close={close} />
      <div class="viewer-middle">
        <Middle key={now.key} message={now} view={view} swiped={swiped} close={close} />
        {gallery.neighbour(known, -1) !== undefined && (
          <IconButton icon="back" label={t('media.older')} class="viewer-older mirrors" onPress={() => go(-1)} />
        )}
        {gallery.neighbour(known, 1) !== undefined && (
          <IconButton icon="forwardArrow" label={t('media.newer')} class="viewer-newer mirrors" onPress={() => go(1)} />
        )}
      </div>
      <Caption message={now} />
    </div>
  )
}
