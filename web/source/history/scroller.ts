/** Scrolling a window of messages: what is looked at stays where it is, whatever comes, goes or grows around it.
 *
 * The browser's own anchoring is off: not every browser has it, and it does not know which row one reads. */

const NEAR_PX = 1_600 // how near an edge the next page is asked for
const END_PX = 60 // how near the end counts as being there
const SMOOTH_SCREENS = 2 // heights of the window over which a jump is shown as a movement
const SMOOTH_MS = 700 // within which a movement is at its end
const SEEN_PX = 14 // of a message's top that must be in view

export interface Window {
  start: boolean // the window reaches the oldest message
  end: boolean // … the newest
}

export interface Hearing {
  older: () => void
  newer: () => void
  seen: (ids: number[]) => void
  atEnd: (there: boolean) => void
}

interface Anchor {
  id: string
  offset: number // of its top below the edge of the view, in CSS pixels
}

export class Scroller {
  private readonly box: HTMLElement
  private readonly hearing: Hearing
  private readonly watcher: ResizeObserver
  private rows: HTMLElement[] = []
  private anchors: Anchor[] = []
  private window: Window = { start: true, end: true }
  private sticks = true // to the end, as long as one has not scrolled away
  private heading: { id: number; until: number } | null = null // the message a movement under way leads to
  private placed = false
  private at = 0 // where the view stood when its anchors were noted
  private width = 0
  private height = 0

  constructor(box: HTMLElement, hearing: Hearing) {
    this.box = box
    this.hearing = hearing
    this.width = box.clientWidth
    this.height = box.clientHeight
    this.watcher = new ResizeObserver(() => this.resized())
    this.watcher.observe(box)
    for (const child of box.children) this.watcher.observe(child)
  }

  close(): void {
    this.watcher.disconnect()
  }

  /** Where one is: the rows at the top of the view; null at the end. */
  position(): { id: number; offset: number } | null {
    const [first] = this.anchors
    return this.sticks || first === undefined ? null : { id: Number(first.id), offset: first.offset }
  }

  /** The rows were drawn anew: keep the place. Before `open` there is none. */
  drawn(window: Window): void {
    this.window = window
    this.rows = [...this.box.querySelectorAll<HTMLElement>('[data-id]')]
    if (!this.placed) return
    if (!this.arrived()) {
      if (this.sticks && window.end) this.toBottom()
      else this.restore()
    }
    this.look()
  }

  /** End a movement under way where it leads to; false if there is none. */
  private arrived(): boolean {
    const { heading } = this
    return heading !== null && performance.now() < heading.until && this.toMessage(heading.id, false)
  }

  /** Take the first place: at a row, at an earlier position, or at the end. */
  open(at: { row?: HTMLElement | null; position?: { id: number; offset: number } | null }): void {
    this.placed = true
    const { row, position } = at
    if (row != null) this.box.scrollTop += row.getBoundingClientRect().top - this.edge() - this.box.clientHeight / 3
    else if (position != null) {
      this.anchors = [{ id: `${position.id}`, offset: position.offset }]
      this.at = this.box.scrollTop
      this.restore()
    } else this.toBottom()
    this.note()
    this.look()
  }

  /** Which part of the window one is nearer to: the other may be forgotten. */
  nearer(): 'older' | 'newer' {
    const { scrollTop, clientHeight, scrollHeight } = this.box
    return !this.sticks && scrollTop + clientHeight / 2 < scrollHeight / 2 ? 'older' : 'newer'
  }

  scrolled(): void {
    if (!this.placed) return
    this.note()
    this.look()
  }

  /** Go to the end of the window; it should be the end of the chat. */
  toEnd(smooth: boolean): void {
    this.move(this.box.scrollHeight - this.box.clientHeight, smooth)
  }

  /** Bring a message to the middle of the view; false if it has no row. */
  toMessage(id: number, smooth: boolean): boolean {
    const row = this.rowOf(id)
    if (row === null) return false
    const { top, height } = row.getBoundingClientRect()
    const free = Math.max(0, this.box.clientHeight - height)
    this.heading = smooth ? { id, until: performance.now() + SMOOTH_MS } : null // what is drawn meanwhile would stop it
    this.move(this.box.scrollTop + top - this.edge() - Math.max(48, free / 2), smooth)
    this.note()
    if (this.box.contains(document.activeElement)) row.focus({ preventScroll: true }) // else one goes on where one was
    return true
  }

  rowOf(id: number): HTMLElement | null {
    let found: HTMLElement | null = null
    for (const row of this.rows) {
      if (Number(row.dataset.id) >= id) {
        found = row // an album has the number of its last part
        break
      }
    }
    return found
  }

  /** Look again at what is seen, now that somebody looks. */
  look(): void {
    const { box, window } = this
    if (!this.placed) return
    if (box.scrollTop < NEAR_PX && !window.start) this.hearing.older()
    if (this.below() < NEAR_PX && !window.end) this.hearing.newer()
    this.hearing.atEnd(this.sticks && window.end)
    this.hearing.seen(this.visible())
  }

  private move(top: number, smooth: boolean): void {
    const far = Math.abs(top - this.box.scrollTop) > this.box.clientHeight * SMOOTH_SCREENS
    this.box.scrollTo({ top, behavior: smooth && !far ? 'smooth' : 'instant' })
    if (!smooth || far) this.note()
  }

  private edge(): number {
    return this.box.getBoundingClientRect().top
  }

  private below(): number {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight
  }

  private toBottom(): void {
    this.box.scrollTop = this.box.scrollHeight
  }

  /** Return the place of the first row whose bottom lies under a line. */
  private firstBelow(line: number): number {
    let low = 0
    let high = this.rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      const row = this.rows[middle] as HTMLElement
      if (row.getBoundingClientRect().bottom > line) high = middle
      else low = middle + 1
    }
    return low
  }

  private note(): void {
    const edge = this.edge()
    const bottom = edge + this.box.clientHeight
    this.sticks = this.below() < END_PX
    this.at = this.box.scrollTop
    this.anchors = []
    for (let at = this.firstBelow(edge); at < this.rows.length; at++) {
      const row = this.rows[at] as HTMLElement
      const { top } = row.getBoundingClientRect()
      if (top > bottom) break
      this.anchors.push({ id: row.dataset.id ?? '', offset: top - edge })
    }
  }

  private visible(): number[] {
    const edge = this.edge()
    const bottom = edge + this.box.clientHeight
    const ids: number[] = []
    for (let at = this.firstBelow(edge); at < this.rows.length; at++) {
      const row = this.rows[at] as HTMLElement
      if (row.getBoundingClientRect().top + SEEN_PX > bottom) break
      ids.push(Number(row.dataset.id))
    }
    return ids
  }

  /** Move so that the first row that is still there stands where it stood, but for what was scrolled since. */
  private restore(): void {
    const scrolled = this.box.scrollTop - this.at // the browser tells of it later than it does it
    const known = new Map(this.rows.map((row) => [row.dataset.id, row]))
    for (const { id, offset } of this.anchors) {
      const row = known.get(id)
      if (row === undefined) continue
      const moved = row.getBoundingClientRect().top - this.edge() - offset + scrolled
      if (Math.abs(moved) >= 1) this.box.scrollTop += moved
      break
    }
    this.note()
  }

  /** The view or what is in it changed its size: a picture came, the field grew, a keyboard opened, a window was drawn wider. */
  private resized(): void {
    const { box } = this
    const grown = box.clientHeight - this.height
    const sameWidth = box.clientWidth === this.width
    this.height = box.clientHeight
    this.width = box.clientWidth
    if (!this.placed || this.arrived()) return
    if (this.sticks && this.window.end) this.toBottom()
    else if (grown !== 0 && sameWidth) box.scrollTop -= grown // what stands at the bottom stays there
    else this.restore()
    this.note()
    this.look()
  }
}
