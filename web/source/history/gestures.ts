/** What a mouse, a finger or a key does with the messages of a list: the menu, answering, choosing, going from one to the
 * next. One set of handlers for the list, which find the message by its element. */

import type { RefObject, TargetedMouseEvent, TargetedPointerEvent, TargetedKeyboardEvent } from 'preact'
import { useRef } from 'preact/hooks'

import type { Message } from '../model/types.ts'
import { selection, toggleSelected } from './selection.ts'

const LONG_PRESS_MS = 450 // a finger rests before the menu opens
const STILL_PX = 9 // that a resting finger may move
const SWIPE_PX = 64 // to the side, to answer
const ROW = '[data-id]'

export interface Deeds {
  parts: (id: number) => readonly Message[] | undefined
  menu: (at: { x: number; y: number } | HTMLElement, parts: readonly Message[]) => void
  reply?: (parts: readonly Message[]) => void
  away?: () => void // the key to leave the list
}

interface Touch {
  row: HTMLElement
  x: number
  y: number
  timer: ReturnType<typeof setTimeout>
  swiped: number
}

type Box = RefObject<HTMLElement | null>

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(ROW) : null
}

function partsOf(deeds: Deeds, row: HTMLElement | null): readonly Message[] | undefined {
  return row === null ? undefined : deeds.parts(Number(row.dataset.id))
}

/** Say whether an element does something by itself when it is pressed. */
function active(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, input, textarea, video, audio, [role=slider]') !== null
}

function usePointer(deeds: Deeds): object {
  const touch = useRef<Touch | null>(null)
  const swallowed = useRef(false) // the click that follows a long press
  const end = (): void => {
    if (touch.current === null) return
    clearTimeout(touch.current.timer)
    touch.current.row.style.translate = ''
    touch.current = null
  }
  const down = (event: TargetedPointerEvent<HTMLElement>): void => {
    swallowed.current = false
    const row = rowOf(event.target)
    const parts = partsOf(deeds, row)
    if (event.pointerType === 'mouse' || row === null || parts === undefined) return
    const { clientX: x, clientY: y } = event
    const timer = setTimeout(() => {
      end()
      swallowed.current = true
      navigator.vibrate?.(10)
      if (selection.peek() === null) deeds.menu({ x, y }, parts)
      else toggleSelected(parts)
    }, LONG_PRESS_MS)
    touch.current = { row, x, y, timer, swiped: 0 }
  }
  const move = (event: TargetedPointerEvent<HTMLElement>): void => {
    const now = touch.current
    if (now === null) return
    const [dx, dy] = [event.clientX - now.x, event.clientY - now.y]
    if (Math.hypot(dx, dy) < STILL_PX) return
    clearTimeout(now.timer)
    const toward = getComputedStyle(now.row).direction === 'rtl' ? dx : -dx // as the text ends
    if (Math.abs(dy) > Math.abs(dx) && now.swiped === 0) end()
    else if (deeds.reply !== undefined && toward > 0) {
      now.swiped = Math.min(toward, SWIPE_PX)
      now.row.style.translate = `${Math.sign(dx) * now.swiped}px`
    }
  }
  const up = (): void => {
    const now = touch.current
    const parts = partsOf(deeds, now?.row ?? null)
    if (now !== null && now.swiped >= SWIPE_PX && parts !== undefined) deeds.reply?.(parts)
    end()
  }
  return {
    onPointerDown: down,
    onPointerMove: move,
    onPointerUp: up,
    onPointerCancel: end,
    onClickCapture(event: TargetedMouseEvent<HTMLElement>) {
      const parts = partsOf(deeds, rowOf(event.target))
      const choosing = selection.peek() !== null && parts !== undefined
      if (!swallowed.current && !choosing) return
      event.preventDefault()
      event.stopPropagation()
      if (choosing && !swallowed.current) toggleSelected(parts)
      swallowed.current = false
    },
    onContextMenu(event: TargetedMouseEvent<HTMLElement>) {
      const row = rowOf(event.target)
      const parts = partsOf(deeds, row)
      if (row === null || parts === undefined) return
      event.preventDefault()
      if (touch.current !== null || swallowed.current) return // a finger: the timer opens it
      const byKey = event.clientX === 0 && event.clientY === 0
      deeds.menu(byKey ? row : { x: event.clientX, y: event.clientY }, parts)
    },
    onDblClick(event: TargetedMouseEvent<HTMLElement>) {
      const parts = partsOf(deeds, rowOf(event.target))
      if (parts === undefined || active(event.target) || selection.peek() !== null) return
      if (event.target instanceof Element && event.target.closest('.text') !== null) return // marks a word
      deeds.reply?.(parts)
    },
  }
}

/** Return the row to go to from a focused one; from the list itself: the last one that is seen. */
function neighbour(box: HTMLElement, key: string): HTMLElement | undefined {
  const rows = [...box.querySelectorAll<HTMLElement>(ROW)]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const frame = box.getBoundingClientRect()
  const lowest = rows.findLast((row) => row.getBoundingClientRect().top < frame.bottom - 8)
  switch (key) {
    case 'ArrowUp':
      return at < 0 ? lowest : rows[Math.max(0, at - 1)]
    case 'ArrowDown':
      return at < 0 ? lowest : rows[at + 1]
    default:
      return undefined
  }
}

function keys(box: Box, deeds: Deeds): (event: TargetedKeyboardEvent<HTMLElement>) => void {
  return (event) => {
    const list = box.current
    const row = rowOf(event.target)
    const onRow = row !== null && row === event.target
    if (list === null || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return
    if (!onRow && event.target !== list && !event.key.startsWith('Arrow') && event.key !== 'Escape') return
    const parts = partsOf(deeds, row)
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const next = onRow || event.target === list ? neighbour(list, event.key) : (row ?? undefined)
      if (next !== undefined) {
        next.focus({ preventScroll: true })
        next.scrollIntoView({ block: 'nearest' })
      } else deeds.away?.()
    } else if (event.key === 'Escape') deeds.away?.()
    else if (event.key === 'Tab' && !event.shiftKey && event.target === list) deeds.away?.()
    else if (!onRow || parts === undefined) return
    else if (event.key === ' ' && selection.peek() !== null) toggleSelected(parts)
    else if (event.key === 'Enter') deeds.menu(row, parts)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}

/** Return the handlers for a list of messages. */
export function useGestures(box: Box, deeds: Deeds): object {
  return { ...usePointer(deeds), onKeyDown: keys(box, deeds) }
}
