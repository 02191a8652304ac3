/** What a screen reader says by itself: a line for each message that comes. A line goes once there was time to say it, since
 * whoever reads on from the messages would meet it again. */

import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'

const SAID_MS = 10_000 // that a line stays
const APART_MS = 250 // between two lines: of several at once browsers tell in no certain order

interface Line {
  key: number
  sentence: string
}

export interface Announced {
  lines: ReadonlySignal<readonly Line[]>
  say: (sentence: string) => void
}

/** Keep the lines of a view. The same sentence twice is two lines. */
export function useAnnounced(): Announced {
  const lines = useSignal<readonly Line[]>([])
  const { say, stop } = useMemo(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>()
    let said = 0
    let free = 0 // when the next line may come
    const later = (ms: number, deed: () => void): void => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        deed()
      }, ms)
      timers.add(timer)
    }
    const add = (sentence: string): void => {
      const line = { key: ++said, sentence }
      lines.value = [...lines.peek(), line]
      later(SAID_MS, () => {
        lines.value = lines.peek().filter((one) => one !== line)
      })
    }
    return {
      say(sentence: string): void {
        const now = performance.now()
        const at = Math.max(now, free)
        free = at + APART_MS
        later(at - now, () => add(sentence))
      },
      stop: () => timers.forEach(clearTimeout),
    }
  }, [])
  useEffect(() => stop, [])
  return { lines, say }
}

export function AnnouncedLines({ lines }: Pick<Announced, 'lines'>) {
  return (
    <div class="unseen" aria-live="polite">
      {lines.value.map(({ key, sentence }) => (
        <p key={key}>{sentence}</p>
      ))}
    </div>
  )
}
