/** What a finger means that holds the button for recording: it moves aside to give up, and up to let go and go on. Pure. */

export type Held = 'holding' | 'locked' | 'cancelled'

const ASIDE_PX = 110
const UP_PX = 70

/** Return what a movement from where the finger came down means; `rtl`: the page is read from right to left. */
export function heldAt(by: { x: number; y: number }, rtl: boolean): Held {
  const aside = rtl ? by.x : -by.x
  if (aside > ASIDE_PX && aside > -by.y) return 'cancelled'
  if (-by.y > UP_PX) return 'locked'
  return 'holding'
}

/** Return how far a movement is on the way to giving up, 0 to 1. */
export function towardsCancel(by: { x: number }, rtl: boolean): number {
  return Math.max(0, Math.min(1, (rtl ? by.x : -by.x) / ASIDE_PX))
}
