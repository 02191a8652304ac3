/** Dragging pinned chats into another order with a mouse. */

import type { TargetedPointerEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'

const BEGINS_PX = 6 // that a pressed row is moved before it is dragged

export interface Drag {
  from: number // the place the row was taken from
  to: number // where it would be put
  dy: number // how far it is from its place, in CSS pixels
}

interface Pressed {
  at: number
  y: number
  id: number
}

export interface PinDrag {
  drag: Drag | null
  handlers: object
}

/** `pinned`: how many rows can be dragged, the first ones; `moved` is told once one was put down elsewhere. */
export function usePinDrag(pinned: number, rowPx: number, moved: (from: number, to: number) => void): PinDrag {
  const [drag, setDrag] = useState<Drag | null>(null)
  const pressed = useRef<Pressed | null>(null)
  const swallow = useRef(false) // the click that ends it opens nothing
  const end = (event: TargetedPointerEvent<HTMLElement>): void => {
    if (drag !== null && event.type === 'pointerup' && drag.to !== drag.from) moved(drag.from, drag.to)
    pressed.current = null
    setDrag(null)
  }
  const placeOf = (event: TargetedPointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.floor((event.clientY - box.top) / rowPx)
  }
  return {
    drag,
    handlers: {
      onPointerDown(event: TargetedPointerEvent<HTMLElement>) {
        swallow.current = false
        const at = placeOf(event)
        const fits = event.pointerType === 'mouse' && event.button === 0 && at < pinned
        pressed.current = fits ? { at, y: event.clientY, id: event.pointerId } : null
      },
      onPointerMove(event: TargetedPointerEvent<HTMLElement>) {
        const now = pressed.current
        if (now === null) return
        const dy = event.clientY - now.y
        if (drag === null && Math.abs(dy) < BEGINS_PX) return
        if (drag === null) event.currentTarget.setPointerCapture(now.id)
        swallow.current = true
        const to = Math.max(0, Math.min(pinned - 1, now.at + Math.round(dy / rowPx)))
        setDrag({ from: now.at, to, dy })
      },
      onPointerUp: end,
      onPointerCancel: end,
      onClickCapture(event: MouseEvent) {
        if (!swallow.current) return
        swallow.current = false
        event.preventDefault()
        event.stopPropagation()
      },
    },
  }
}

/** Return how far a row is drawn from its place while one is dragged, in CSS pixels. Pure. */
export function offsetOf(at: number, drag: Drag | null, rowPx: number): number {
  if (drag === null) return 0
  if (at === drag.from) return drag.dy
  if (drag.from < at && at <= drag.to) return -rowPx
  return drag.to <= at && at < drag.from ? rowPx : 0
}
