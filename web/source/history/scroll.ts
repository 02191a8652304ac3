/** Scrolling a window of messages: what is looked at stays where it is when rows come or go above it. */

import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

import type { History } from '../model/history.ts'
import { readThread } from '../groups/topics.ts'
import type { PeerId } from '../model/types.ts'
import { attempt } from '../ui/refusals.ts'
import * as actions from './actions.ts'
import type { Item } from './rows.ts'

const NEAR_PX = 900 // how near an edge the next page is asked for
const END_PX = 80 // how near the end counts as being there

interface Asked {
  chat: PeerId
  top: number
  ready: boolean
  rows: readonly Item[]
  history: History
}

interface Anchor {
  id: string
  offset: number
}

export interface Scroll {
  atEnd: boolean
  onScroll: () => void
  toEnd: () => void
  toMessage: (id: number) => void
}

/** Return the row at the top of what is seen, and how far it is from the edge. */
function anchorOf(box: HTMLElement): Anchor | null {
  const edge = box.getBoundingClientRect().top
  for (const row of box.querySelectorAll<HTMLElement>('[data-id]')) {
    const { top, bottom } = row.getBoundingClientRect()
    if (bottom > edge) return { id: row.dataset.id ?? '', offset: top - edge }
  }
  return null
}

/** Return the number of the lowest message that is seen whole enough to count as read. */
function lowestSeen(box: HTMLElement): number {
  const edge = box.getBoundingClientRect().bottom
  let lowest = 0
  for (const row of box.querySelectorAll<HTMLElement>('[data-id]')) {
    if (row.getBoundingClientRect().top + 12 > edge) break
    lowest = Math.max(lowest, Number(row.dataset.id))
  }
  return lowest
}

const distanceToEnd = (box: HTMLElement): number => box.scrollHeight - box.scrollTop - box.clientHeight

export function useScroll(ref: RefObject<HTMLElement | null>, asked: Asked): Scroll {
  const { chat, top, ready, rows, history } = asked
  const [atEnd, setAtEnd] = useState(true)
  const anchor = useRef<Anchor | null>(null)
  const sticks = useRef(true) // to the end, as long as one has not scrolled away
  const opened = useRef('')

  const read = (): void => {
    const box = ref.current
    if (box === null || !document.hasFocus()) return
    const id = lowestSeen(box)
    if (id <= 0) return
    void (top === 0 ? actions.readTo(chat, id) : readThread(chat, top, id)).catch(() => undefined)
  }

  const note = (): void => {
    const box = ref.current
    if (box === null) return
    anchor.current = anchorOf(box)
    sticks.current = distanceToEnd(box) < END_PX
    setAtEnd(sticks.current && history.end)
  }

  const more = (): void => {
    const box = ref.current
    if (box === null || !ready) return
    if (box.scrollTop < NEAR_PX && !history.start) void attempt(() => actions.loadOlder(chat, top))
    if (distanceToEnd(box) < NEAR_PX && !history.end) void attempt(() => actions.loadNewer(chat, top))
  }

  // the first rows: to the line before unread ones, or to the end
  useLayoutEffect(() => {
    const box = ref.current
    const place = `${chat}/${top}`
    if (box === null || !ready || opened.current === place) return
    opened.current = place
    const line = box.querySelector<HTMLElement>('.unread-line')
    box.scrollTop = line === null ? box.scrollHeight : line.offsetTop - box.clientHeight / 3
    note()
    more()
    read()
  }, [chat, top, ready, rows])

  // later rows: stay at the end, or where one looks
  useLayoutEffect(() => {
    const box = ref.current
    if (box === null || opened.current !== `${chat}/${top}`) return
    if (sticks.current && history.end) box.scrollTop = box.scrollHeight
    else if (anchor.current !== null) {
      const { id, offset } = anchor.current
      const row = box.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)
      if (row !== null) {
        const moved = row.getBoundingClientRect().top - box.getBoundingClientRect().top - offset
        if (Math.abs(moved) >= 1) box.scrollTop += moved
      }
    }
    more()
    read()
  }, [rows])

  // pictures that get their height late, and the field that grows
  useEffect(() => {
    const box = ref.current
    if (box === null) return
    const watcher = new ResizeObserver(() => {
      if (sticks.current) box.scrollTop = box.scrollHeight
    })
    watcher.observe(box)
    if (box.firstElementChild !== null) watcher.observe(box.firstElementChild)
    addEventListener('focus', read)
    return () => {
      watcher.disconnect()
      removeEventListener('focus', read)
    }
  }, [chat, top])

  return {
    atEnd,
    onScroll() {
      note()
      more()
      read()
    },
    toEnd() {
      const box = ref.current
      if (box === null) return
      sticks.current = true
      if (history.end) box.scrollTo({ top: box.scrollHeight, behavior: 'smooth' })
      else {
        opened.current = ''
        void attempt(() => actions.loadNewest(chat, top))
      }
    },
    toMessage(id) {
      const row = ref.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)
      if (row === null || row === undefined) return
      sticks.current = false
      row.scrollIntoView({ block: 'center' })
      row.focus({ preventScroll: true })
    },
  }
}
