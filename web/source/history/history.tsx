/** The messages of the open conversation: a window of them that grows where one scrolls to, and stays put meanwhile. */

import { useComputed } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'

import { shown } from '../model/history.ts'
import type { Place } from '../nav.ts'
import { dialogs, history, peer, self } from '../store.ts'
import { Empty, IconButton, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { day } from '../ui/times.ts'
import { t } from '../words.ts'
import * as actions from './actions.ts'
import { wanted } from './jump.ts'
import { Bubble } from './message.tsx'
import { items, namesSenders } from './rows.ts'
import { serviceText } from './service.ts'
import { useScroll } from './scroll.ts'

const HIGHLIGHT_MS = 1_600 // a message stays marked after a jump

/** Load what a place needs first, and say after which message the unread ones begin. */
function useFirstPage(place: Place): { ready: boolean; unreadAfter: number } {
  const { chat, top, at } = place
  const [state, setState] = useState({ ready: false, unreadAfter: 0 })
  useEffect(() => {
    let current = true
    const dialog = dialogs.peek().byChat.get(chat)
    const unreadAfter = top === 0 && dialog !== undefined && dialog.unread > 0 ? dialog.readInbox : 0
    const known = history(chat, top).peek()
    const load = async (): Promise<void> => {
      if (at !== 0) {
        if (!known.messages.has(at)) await actions.loadAround(chat, top, at)
        wanted.value = { chat, id: at }
      } else if (unreadAfter > 0 && dialog !== undefined && dialog.unread > 20) {
        await actions.loadAround(chat, top, unreadAfter)
      } else if (!known.known || !known.end) await actions.loadNewest(chat, top)
    }
    setState({ ready: false, unreadAfter })
    void attempt(load).then(() => {
      if (current) setState({ ready: true, unreadAfter })
    })
    return () => {
      current = false
    }
  }, [chat, top, at])
  return state
}

export function HistoryView({ place }: { place: Place }) {
  const { chat, top } = place
  const { ready, unreadAfter } = useFirstPage(place)
  const value = history(chat, top).value
  const where = peer(chat).value
  const dialog = useComputed(() => dialogs.value.byChat.get(chat)).value
  const messages = shown(value)
  const rows = useMemo(() => items(messages, unreadAfter), [value, unreadAfter])
  const box = useRef<HTMLDivElement>(null)
  const [highlighted, setHighlighted] = useState(0)
  const scroll = useScroll(box, { chat, top, ready, rows, history: value })
  const target = wanted.value

  useLayoutEffect(() => {
    if (!ready || target === null || target.chat !== chat) return
    wanted.value = null
    const { id } = target
    const show = (): void => {
      scroll.toMessage(id)
      setHighlighted(id)
      setTimeout(() => setHighlighted(0), HIGHLIGHT_MS)
    }
    if (value.messages.has(id)) show()
    else void attempt(() => actions.loadAround(chat, top, id)).then(() => requestAnimationFrame(show))
  }, [ready, target])

  const named = where !== undefined && namesSenders(where.kind, chat, self.value)
  const now = Date.now() / 1000
  return (
    <div class="history-frame">
      <div
        class="history"
        ref={box}
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-label={t('history.messages')}
        tabIndex={0}
        onScroll={scroll.onScroll}
      >
        <div class="history-rows">
          {!value.known && (
            <div class="centred">
              <Spinner label={t('ui.loading')} />
            </div>
          )}
          {value.known && rows.length === 0 && (
            <Empty icon="comment" title={t('history.empty')} note={t('history.empty.note')} />
          )}
          {rows.map((row) => {
            switch (row.is) {
              case 'day':
                return (
                  <div key={row.key} class="day">
                    <span>{day(row.date, now)}</span>
                  </div>
                )
              case 'unread':
                return (
                  <div key={row.key} class="unread-line" role="separator">
                    <span>{t('history.unread')}</span>
                  </div>
                )
              case 'service':
                return (
                  <div key={row.key} class="service" data-id={row.message.id}>
                    <span dir="auto">{serviceText(row.message)}</span>
                  </div>
                )
              case 'message':
                return (
                  <Bubble
                    key={row.key}
                    parts={row.parts}
                    first={row.first}
                    last={row.last}
                    named={named}
                    readOutbox={dialog?.readOutbox ?? 0}
                    highlighted={row.parts.some(({ id }) => id === highlighted)}
                  />
                )
            }
          })}
        </div>
      </div>
      {!scroll.atEnd && (
        <div class="to-end">
          {(dialog?.unread ?? 0) > 0 && <span class="badge">{dialog?.unread}</span>}
          <IconButton icon="down" label={t('history.down')} onPress={scroll.toEnd} />
        </div>
      )}
    </div>
  )
}
