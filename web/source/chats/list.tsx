/** The list of chats: a row each, pinned ones first, in step with every update. Only rows that can be seen are drawn. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

import { isOnline } from '../kept/keeping.ts'
import type { Dialog } from '../model/types.ts'
import { type Dialogs, listed } from '../model/dialogs.ts'
import { dialogs } from '../store.ts'
import { openPanel } from '../nav.ts'
import { Button, Empty } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import * as actions from './actions.ts'
import { drawnRows, movedTo } from './order.ts'
import { offsetOf, usePinDrag } from './pin_drag.ts'
import { ChatRow, Skeletons } from './row.tsx'

const ROW_PX = 72 // the height of a row, as the style has it
const MORE_ROWS = 8 // drawn beyond those that are seen
const NEAR_ROWS = 12 // from the end when the next page is asked for

/** Return which part of a list is seen: how far it is scrolled in what scrolls it, and how high that is. */
function useView(count: number) {
  const list = useRef<HTMLUListElement>(null)
  const [view, setView] = useState({ top: 0, height: 900 })
  useLayoutEffect(() => {
    const scroller = list.current?.closest<HTMLElement>('.scrolls-chats, .panel-body')
    if (scroller == null) return
    const look = (): void => {
      const top = scroller.getBoundingClientRect().top - (list.current?.getBoundingClientRect().top ?? 0)
      const step = Math.floor(top / ROW_PX) * ROW_PX // drawn anew a row at a time
      setView((was) => (was.top === step && was.height === scroller.clientHeight ? was : { top: step, height: scroller.clientHeight }))
    }
    look()
    scroller.addEventListener('scroll', look, { passive: true })
    const watcher = new ResizeObserver(look)
    watcher.observe(scroller)
    return () => {
      scroller.removeEventListener('scroll', look)
      watcher.disconnect()
    }
  }, [])
  return { list, ...drawnRows(count, { ...view, row: ROW_PX, more: MORE_ROWS }) }
}

interface RowsProps {
  rows: readonly Dialog[]
  pinned: number // of them, that can be put in another order
  moved: (from: number, to: number) => void
  nearEnd: () => void
}

function Rows({ rows, pinned, moved, nearEnd }: RowsProps) {
  const { list, from, to } = useView(rows.length)
  const { drag, handlers } = usePinDrag(pinned, ROW_PX, moved)
  useEffect(() => {
    if (to >= rows.length - NEAR_ROWS) nearEnd()
  }, [to, rows.length])
  return (
    <ul ref={list} class="chat-rows" style={{ height: `${rows.length * ROW_PX}px` }} {...handlers}>
      {rows.slice(from, to).map((dialog, index) => {
        const at = from + index
        const y = at * ROW_PX + offsetOf(at, drag, ROW_PX)
        return (
          <li
            key={dialog.chat}
            class={drag?.from === at ? 'dragged' : drag === null ? '' : 'giving-way'}
            aria-setsize={rows.length}
            aria-posinset={at + 1}
            style={{ transform: `translateY(${y}px)` }}
          >
            <ChatRow dialog={dialog} />
          </li>
        )
      })}
    </ul>
  )
}

interface ListProps {
  rows: readonly Dialog[]
  folder: 0 | 1 // the list, or the archive
  ordered: boolean // its pinned chats can be dragged
  empty: string
}

function List({ rows, folder, ordered, empty }: ListProps) {
  const [busy, setBusy] = useState(true)
  const online = isOnline()
  const asked = useRef(false)
  const more = (): void => {
    if (!online) return // what is shown was kept
    asked.current = true
    void attempt(() => actions.loadChats(folder)).then(() => setBusy(false))
  }
  useEffect(() => {
    if (!asked.current) more()
  }, [online])
  const pinned = ordered ? rows.filter((one) => one.pinned).length : 0
  const moved = (from: number, to: number): void => {
    const order = rows.slice(0, pinned).map(({ chat }) => chat)
    void attempt(() => actions.reorderPins(folder, movedTo(order, from, to)))
  }
  if (rows.length === 0 && busy) return <Skeletons count={9} />
  if (rows.length === 0) {
    return (
      <>
        <Empty icon="comment" title={empty} note={ordered && folder === 0 ? t('chats.empty.note') : ''} />
        {ordered && folder === 0 && (
          <div class="centred-button">
            <Button onPress={() => openPanel('left', { name: 'invite' })}>{t('people.friends')}</Button>
          </div>
        )}
      </>
    )
  }
  return <Rows rows={rows} pinned={pinned} moved={moved} nearEnd={more} />
}

type Taken = (all: Dialogs) => readonly Dialog[]

/** The chats of the list (0) or the archive (1), or those that `of` takes from all. */
export function ChatList({ folder, of }: { folder: 0 | 1; of?: Taken | undefined }) {
  const rows = of === undefined ? listed(dialogs.value, folder) : of(dialogs.value)
  return <List key={folder} rows={rows} folder={folder} ordered={of === undefined} empty={t(of === undefined ? 'chats.empty' : 'chats.empty.folder')} />
}
