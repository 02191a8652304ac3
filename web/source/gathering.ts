/** What comes fast is applied together, so that the page is drawn once for all of it. */

const TOGETHER_MS = 60 // in which it is gathered

/** A clock, and what is done later by it. */
export interface Clock {
  now: () => number // ms
  after: (ms: number, what: () => void) => void
}

const REAL: Clock = { now: () => performance.now(), after: (ms, what) => void setTimeout(what, ms) }

export class Gathering<T> {
  private gathered: T[] = []
  private settledAt = Number.NEGATIVE_INFINITY
  private due = false // a timer runs

  constructor(
    private readonly apply: (all: readonly T[]) => void,
    private readonly clock: Clock = REAL,
  ) {}

  /** Apply at once, or with others where many come. A page that is busy does not wait for its timers. */
  add(all: readonly T[]): void {
    this.gathered.push(...all)
    if (this.clock.now() - this.settledAt >= TOGETHER_MS) this.settle()
    else if (!this.due) {
      this.due = true
      this.clock.after(TOGETHER_MS, () => {
        this.due = false
        this.settle()
      })
    }
  }

  /** Apply what was gathered: whatever is told or answered after it builds on it. */
  settle(): void {
    const now = this.gathered
    if (now.length === 0) return
    this.gathered = []
    this.apply(now)
    this.settledAt = this.clock.now()
  }

  /** Throw away what was gathered. */
  drop(): void {
    this.gathered = []
  }
}
