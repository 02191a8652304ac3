/** One picture of the viewer, which can be looked at closely: by wheel, fingers, double press and keys. */

import type { Signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

import * as zoom from './zoom.ts'

interface Point {
  x: number
  y: number
}

export interface StageProps {
  url: string | null
  preview: string | null
  alt: string
  width: number
  height: number
  view: Signal<zoom.View>
  swiped: (swipe: zoom.Swipe) => void
  pressed: () => void // beside the picture
}

const WHEEL_STEP = 0.0022 // how much closer a pixel of the wheel leads
const STILL_PX = 6 // a press moves less

/** What fingers and mouse do: dragging with one, pinching with two. */
class Hands {
  private readonly down = new Map<number, Point>()
  private from: Point = { x: 0, y: 0 }
  private travelled = 0
  dragged: Point = { x: 0, y: 0 } // of a whole picture, by a finger

  press(event: PointerEvent): void {
    if (this.down.size === 0) {
      this.from = { x: event.clientX, y: event.clientY }
      this.travelled = 0
      this.dragged = { x: 0, y: 0 }
    }
    this.down.set(event.pointerId, { x: event.clientX, y: event.clientY })
  }

  /** Return what a movement means: by how much it drags, and by which factor and where it pinches. */
  move(event: PointerEvent): { by: Point; factor: number; at: Point } | null {
    const was = this.down.get(event.pointerId)
    if (was === undefined) return null
    const is = { x: event.clientX, y: event.clientY }
    this.travelled = Math.max(this.travelled, Math.hypot(is.x - this.from.x, is.y - this.from.y))
    const other = [...this.down].find(([id]) => id !== event.pointerId)?.[1]
    this.down.set(event.pointerId, is)
    if (other === undefined) return { by: { x: is.x - was.x, y: is.y - was.y }, factor: 1, at: is }
    const apart = (one: Point): number => Math.hypot(one.x - other.x, one.y - other.y)
    return { by: { x: 0, y: 0 }, factor: apart(is) / Math.max(1, apart(was)), at: middle(is, other) }
  }

  /** Return whether that was a press that went nowhere. */
  release(event: PointerEvent): boolean {
    this.down.delete(event.pointerId)
    return this.down.size === 0 && this.travelled < STILL_PX
  }

  get idle(): boolean {
    return this.down.size === 0
  }
}

function middle(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 }
}

/** Measure a stage and its picture. */
function frameOf(stage: HTMLElement, { width, height }: { width: number; height: number }): zoom.Frame {
  const room = { width: stage.clientWidth, height: stage.clientHeight }
  return { room, picture: zoom.fitted({ width: width || 4, height: height || 3 }, room) }
}

export function fromMiddle(stage: HTMLElement, { x, y }: Point): Point {
  const { left, top, width, height } = stage.getBoundingClientRect()
  return { x: x - left - width / 2, y: y - top - height / 2 }
}

export function Stage(props: StageProps) {
  const { url, preview, alt, width, height, view, swiped, pressed } = props
  const stage = useRef<HTMLDivElement>(null)
  const sheet = useRef<HTMLDivElement>(null)
  const hands = useRef(new Hands())

  const draw = (aside: Point = { x: 0, y: 0 }): void => {
    if (sheet.current === null) return
    const { scale, x, y } = view.peek()
    sheet.current.style.transform = `translate(${x + aside.x}px, ${y + aside.y}px) scale(${scale})`
  }
  const fit = (): void => {
    if (stage.current === null || sheet.current === null) return
    const { picture } = frameOf(stage.current, { width, height })
    sheet.current.style.width = `${picture.width}px`
    sheet.current.style.height = `${picture.height}px`
  }
  useLayoutEffect(() => {
    if (stage.current === null) return undefined
    const watcher = new ResizeObserver(fit) // it has no size before the dialog is open
    watcher.observe(stage.current)
    fit()
    return () => watcher.disconnect()
  }, [width, height])
  useEffect(() => view.subscribe(() => draw()), [view])

  const change = (how: (now: zoom.View, frame: zoom.Frame) => zoom.View): void => {
    if (stage.current !== null) view.value = how(view.peek(), frameOf(stage.current, { width, height }))
  }
  const at = (point: Point): Point => (stage.current === null ? point : fromMiddle(stage.current, point))
  useEffect(() => {
    const box = stage.current
    const turned = (event: WheelEvent): void => {
      event.preventDefault()
      const factor = Math.exp(-event.deltaY * WHEEL_STEP * (event.ctrlKey ? 4 : 1))
      change((now, frame) => zoom.zoomed(now, factor, at({ x: event.clientX, y: event.clientY }), frame))
    }
    box?.addEventListener('wheel', turned, { passive: false })
    return () => box?.removeEventListener('wheel', turned)
  }, [width, height])

  const moved = (event: PointerEvent): void => {
    const meant = hands.current.move(event)
    if (meant === null) return
    const whole = view.peek().scale === 1 && meant.factor === 1
    if (whole && event.pointerType !== 'mouse') {
      const { dragged } = hands.current
      hands.current.dragged = { x: dragged.x + meant.by.x, y: dragged.y + meant.by.y }
      draw(hands.current.dragged)
    } else if (meant.factor === 1) change((now, frame) => zoom.moved(now, meant.by, frame))
    else change((now, frame) => zoom.zoomed(now, meant.factor, at(meant.at), frame))
  }
  const released = (event: PointerEvent): void => {
    const still = hands.current.release(event)
    if (!hands.current.idle) return
    const swipe = zoom.swipeOf(hands.current.dragged)
    hands.current.dragged = { x: 0, y: 0 }
    draw()
    if (swipe !== 'none') swiped(swipe)
    else if (still && event.target === stage.current) pressed()
  }
  return (
    <div
      class={view.value.scale > 1 ? 'stage stage-close' : 'stage'}
      ref={stage}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        hands.current.press(event)
      }}
      onPointerMove={moved}
      onPointerUp={released}
      onPointerCancel={released}
      onDblClick={(event) => {
        const factor = view.peek().scale > 1 ? 1 / zoom.SCALE_MAX : zoom.DOUBLE
        change((now, frame) => zoom.zoomed(now, factor, at({ x: event.clientX, y: event.clientY }), frame))
      }}
    >
      <div class="stage-sheet" ref={sheet}>
        {preview !== null && url === null && <img class="stage-preview" src={preview} alt="" draggable={false} />}
        {url !== null && <img src={url} alt={alt} draggable={false} />}
      </div>
    </div>
  )
}
