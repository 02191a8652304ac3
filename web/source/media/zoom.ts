/** Looking closer at a picture: how it is scaled and moved, never further than its edges. Pure. */

export interface View {
  scale: number // 1: the whole picture fits
  x: number // how far its middle is moved from the middle of the stage, in pixels
  y: number
}

/** The room, and the picture as it fits into it. */
export interface Frame {
  room: { width: number; height: number }
  picture: { width: number; height: number }
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 }
export const SCALE_MAX = 8
export const CLOSER = 1.5 // by a press of a key or button
export const DOUBLE = 2.5 // by a double press

const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value))

/** Return how a picture fits into a room: it is made smaller, but larger only where `grows`. */
export function fitted(
  picture: { width: number; height: number },
  room: { width: number; height: number },
  grows = false,
): { width: number; height: number } {
  const fit = Math.min(room.width / picture.width, room.height / picture.height)
  const scale = grows ? fit : Math.min(1, fit)
  return { width: picture.width * scale, height: picture.height * scale }
}

/** Return a view that shows no more beside the picture than it must. */
export function bounded(view: View, { room, picture }: Frame): View {
  const scale = between(1, view.scale, SCALE_MAX)
  const aside = Math.max(0, (picture.width * scale - room.width) / 2)
  const above = Math.max(0, (picture.height * scale - room.height) / 2)
  return { scale, x: between(-aside, view.x, aside), y: between(-above, view.y, above) }
}

/** Look closer (factor above 1) or from further away; the point at `at`, from the middle of the room, stays. */
export function zoomed(view: View, factor: number, at: { x: number; y: number }, frame: Frame): View {
  const scale = between(1, view.scale * factor, SCALE_MAX)
  const by = scale / view.scale
  return bounded({ scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }, frame)
}

export function moved(view: View, by: { x: number; y: number }, frame: Frame): View {
  return bounded({ ...view, x: view.x + by.x, y: view.y + by.y }, frame)
}

export type Swipe = 'none' | 'left' | 'right' | 'away'

const SIDEWAYS_PX = 60
const DOWN_PX = 110

/** Return what a finger meant that let go of a whole picture. */
export function swipeOf(by: { x: number; y: number }): Swipe {
  if (Math.abs(by.y) > DOWN_PX && Math.abs(by.y) > Math.abs(by.x) * 1.2) return 'away'
  if (Math.abs(by.x) < SIDEWAYS_PX || Math.abs(by.x) < Math.abs(by.y)) return 'none'
  return by.x < 0 ? 'left' : 'right'
}
