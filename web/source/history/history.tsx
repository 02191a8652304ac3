/** The messages of the open conversation: a window of them that grows where one scrolls to, and stays put meanwhile. */

import { useComputed } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'

import { begin } from '../compose/state.ts'
import { mayPost } from '../groups/rights.ts'
import { shown, WINDOW_MAX, WINDOW_OVER, type History } from '../model/history.ts'
import { isOld, isOnline } from '../kept/keeping.ts'
import type { Message, PeerId } from '../model/types.ts'
import { full } from '../people/full.ts'
import type { Place } from '../nav.ts'
import { apply, dialogs, forums, history, peer, self } from '../store.ts'
import { Empty, Spinner } from '../ui/kit.tsx'
import { openMenu, say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import * as actions from './actions.ts'
import { AnnouncedLines, useAnnounced } from './announced.tsx'
import { DayLabel } from './day_label.tsx'
import { useGestures, type Deeds } from './gestures.ts'
import { jumpBack, returns, wanted } from './jump.ts'
import { JumpButtons } from './jump_buttons.tsx'
import { menuOf } from './menu.ts'
import { Bubble } from './message.tsx'
import { useNews } from './news.ts'
import { useOpening } from './opening.ts'
import { markedIn } from './quoting.ts'
import { ReactionBar } from './reaction_bar.tsx'
import { byDay, items, namesSenders, spoken, type Item } from './rows.ts'
import { Scroller } from './scroller.ts'
import { saw } from './seeing.ts'
import { isSelected, selection } from './selection.ts'
import { ServiceLine } from './service_line.tsx'

const HIGHLIGHT_MS = 1_600 // a message stays marked after a jump
const positions = new Map<string, { id: number; offset: number }>() // where each chat was left, while not at its end

type Box = RefObject<HTMLDivElement | null>

interface Scrolling {
  scroller: RefObject<Scroller | null>
  atEnd: boolean
}

/** Scroll a box of rows: open it at its place, keep that place, load where one comes near an edge. */
function useScrolling(box: Box, place: Place, ready: boolean, rows: readonly Item[], value: History): Scrolling {
  const { chat, top } = place
  const scroller = useRef<Scroller>(null)
  const opened = useRef(false)
  const [atEnd, setAtEnd] = useState(true)
  const key = `${chat}/${top}`
  useLayoutEffect(() => {
    const made = new Scroller(box.current as HTMLElement, {
      older: () => void attempt(() => actions.loadOlder(chat, top)),
      newer: () => void attempt(() => actions.loadNewer(chat, top)),
      atEnd: setAtEnd,
      seen(ids) {
        if (!document.hasFocus()) return
        const { messages } = history(chat, top).peek()
        saw(chat, top, ids.map((id) => messages.get(id)).filter((one) => one !== undefined))
      },
    })
    scroller.current = made
    const look = (): void => made.look()
    addEventListener('focus', look)
    return () => {
      removeEventListener('focus', look)
      const left = made.position()
      if (left === null) positions.delete(key)
      else positions.set(key, left)
      made.close()
    }
  }, [])
  useLayoutEffect(() => {
    const made = scroller.current
    made?.drawn(value)
    if (made == null || !ready || opened.current) return
    opened.current = true
    const row = box.current?.querySelector<HTMLElement>('.unread-line') ?? null
    made.open({ row, position: row === null ? (positions.get(key) ?? null) : null })
  }, [rows, ready])
  useEffect(() => {
    const made = scroller.current
    if (made === null || !opened.current || value.ids.length <= WINDOW_MAX + WINDOW_OVER) return
    apply({ type: 'trim', chat, top, keep: made.nearer() })
  }, [value])
  return { scroller, atEnd }
}

/** Go to the message that somebody wants to see in this chat; returns the one that is marked for a moment. */
function useJumps(place: Place, ready: boolean, scroller: RefObject<Scroller | null>): number {
  const { chat, top } = place
  const [highlighted, setHighlighted] = useState(0)
  const target = wanted.value
  useEffect(() => {
    if (!ready || target === null || target.chat !== chat) return
    wanted.value = null
    const { id } = target
    const show = (smooth: boolean): void => {
      if (!history(chat, top).peek().messages.has(id)) say(t('history.gone'))
      else if (scroller.current?.toMessage(id, smooth) === true) {
        setHighlighted(id)
        setTimeout(() => setHighlighted(0), HIGHLIGHT_MS)
      }
    }
    if (history(chat, top).peek().messages.has(id)) show(true)
    else void attempt(() => actions.loadAround(chat, top, id)).then((done) => done && requestAnimationFrame(() => show(false)))
  }, [ready, target])
  return highlighted
}

/** Return what a mouse, a finger or a key does in the list. */
function deedsOf(place: Place, rows: readonly Item[]): Deeds {
  const byId = new Map<number, readonly Message[]>()
  for (const row of rows) {
    if (row.is === 'service') byId.set(row.message.id, [row.message])
    if (row.is === 'message') byId.set((row.parts.at(-1) as Message).id, row.parts)
  }
  return {
    parts: (id) => byId.get(id),
    menu(at, parts) {
      const row = document.querySelector(`.history [data-id="${parts.at(-1)?.id}"]`)
      const bar = <ReactionBar message={parts[0] as Message} />
      openMenu(at, menuOf(parts, markedIn(row, spoken(parts))), bar)
    },
    reply(parts) {
      const where = peer(place.chat).peek()
      if (where !== undefined && mayPost(where)) begin({ is: 'reply', message: spoken(parts), quote: null })
    },
    away: () => document.querySelector<HTMLElement>('.compose [role=textbox], .compose textarea')?.focus(),
  }
}

function Rows({ place, rows, highlighted }: { place: Place; rows: readonly Item[]; highlighted: number }) {
  const { chat, top } = place
  const where = peer(chat).value
  const readOutbox = useComputed(() => {
    const topic = forums.value.get(chat)?.byId.get(top)
    return (topic ?? dialogs.value.byChat.get(chat))?.readOutbox ?? 0
  }).value
  const chosen = selection.value
  const named = where !== undefined && namesSenders(where.kind, chat, self.value)
  return (
    <>
      {byDay(rows).map((day) => (
        <section key={day.key} class="day-rows">
          <DayLabel place={place} date={day.date} />
          {day.items.map((row) => {
            switch (row.is) {
              case 'unread':
                return (
                  <div key={row.key} class="unread-line" role="separator">
                    <span>{t('history.unread')}</span>
                  </div>
                )
              case 'service':
                return <ServiceLine key={row.key} message={row.message} highlighted={row.message.id === highlighted} />
              case 'message':
                return (
                  <Bubble
                    key={row.key}
                    parts={row.parts}
                    first={row.first}
                    last={row.last}
                    named={named}
                    readOutbox={readOutbox}
                    highlighted={row.parts.some(({ id }) => id === highlighted)}
                    selected={isSelected(chosen, row.parts)}
                  />
                )
            }
          })}
        </section>
      ))}
    </>
  )
}

/** What stands where nothing was said yet: of a bot what it can do, and that it is a program. */
function Nothing({ chat }: { chat: PeerId }) {
  const about = full(chat).value
  if (peer(chat).value?.bot !== true) return <Empty icon="comment" title={t('history.empty')} note={t('history.empty.note')} />
  return <Empty icon="code" title={about?.does || t('history.empty')} note={t('people.bot.program')} />
}

export function HistoryView({ place }: { place: Place }) {
  const { chat, top } = place
  const { ready, unreadAfter, forgetLine } = useOpening(place)
  const value = history(chat, top).value
  const rows = useMemo(() => items(shown(value), unreadAfter), [value, unreadAfter])
  const box = useRef<HTMLDivElement>(null)
  const { scroller, atEnd } = useScrolling(box, place, ready, rows, value)
  const highlighted = useJumps(place, ready, scroller)
  const announced = useAnnounced()
  const online = isOnline()
  useEffect(() => {
    // it was forgotten, since too much was missed; or it is what this browser kept of it
    const wanting = !value.known || isOld(chat, top)
    if (ready && online && wanting) void attempt(() => actions.loadNewest(chat, top))
  }, [ready, value.known, online])
  const toEnd = (): void => {
    forgetLine()
    if (jumpBack()) return
    if (value.end) scroller.current?.toEnd(true)
    else void attempt(() => actions.loadNewest(chat, top)).then(() => scroller.current?.toEnd(false))
  }
  useNews(place, {
    said: announced.say,
    mine: () => {
      returns.value = []
      toEnd()
    },
  })
  const gestures = useGestures(box, deedsOf(place, rows))
  return (
    <div class={selection.value === null ? 'history-frame' : 'history-frame choosing'}>
      <div
        class="history"
        ref={box}
        role="log"
        aria-live="off"
        aria-label={t('history.messages')}
        tabIndex={0}
        onScroll={() => scroller.current?.scrolled()}
        {...gestures}
      >
        <div class="history-rows">
          {!value.known && (
            <div class="centred">
              <Spinner label={t('ui.loading')} />
            </div>
          )}
          {value.known && rows.length === 0 && (
            <Nothing chat={chat} />
          )}
          <Rows place={place} rows={rows} highlighted={highlighted} />
        </div>
      </div>
      <AnnouncedLines lines={announced.lines} />
      <JumpButtons place={place} down={!atEnd} toEnd={toEnd} />
    </div>
  )
}
