/** What was written before, to be undone and done again: a field whose formatting we draw ourselves has no other memory. */

import { type Range, type Rich, same } from './rich.ts'

const TOGETHER_MS = 1_000 // of typing that is undone as one
const KEPT_MAX = 200 // states

interface State {
  rich: Rich
  range: Range
}

export class Undoing {
  private past: State[] = []
  private future: State[] = []
  private now: State
  private at = -Infinity // when typing was last added to `now`, in milliseconds

  constructor(rich: Rich) {
    this.now = { rich, range: { from: rich.text.length, to: rich.text.length } }
  }

  /** Take note of what stands there now. `typed`: by typing, which is undone in stretches. */
  note(rich: Rich, range: Range, { typed, at }: { typed: boolean; at: number }): void {
    if (same(rich, this.now.rich)) {
      this.now = { rich, range }
      return
    }
    const word = /\s$/.test(this.now.rich.text) && rich.text.length > this.now.rich.text.length
    const goesOn = typed && at - this.at < TOGETHER_MS && !word
    if (!goesOn) this.past = [...this.past.slice(-KEPT_MAX), this.now]
    this.future = []
    this.now = { rich, range }
    this.at = typed ? at : -Infinity
  }

  undo(): State | null {
    const before = this.past.pop()
    if (before === undefined) return null
    this.future.push(this.now)
    this.now = before
    this.at = -Infinity
    return before
  }

  redo(): State | null {
    const after = this.future.pop()
    if (after === undefined) return null
    this.past.push(this.now)
    this.now = after
    this.at = -Infinity
    return after
  }
}
