/** The recent actions of those who run a group or channel: two days of them. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputChannel } from '../api.ts'
import type { PeerId } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { peer } from '../store.ts'
import type * as api from '../translate/tl.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { End } from '../ui/end.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, PanelFrame, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief, dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { entryText } from './log_text.ts'

const PAGE = 50 // entries asked for at once
const PAUSE_MS = 300 // of typing before the server is asked

interface LogEvent {
  id: bigint
  date: number
  userId: PeerId
  action: api.LogAction
}

function EventRow({ event }: { event: LogEvent }) {
  const who = peer(event.userId).value
  const { text, details } = entryText(event.action)
  return (
    <li class="log-entry">
      <button type="button" aria-label={nameOf(who)} onClick={() => openPanel('right', { name: 'profile', chat: event.userId })}>
        <Avatar peer={who} size={40} />
      </button>
      <div class="log-text">
        <p class="log-head">
          <span class="log-who" dir="auto">
            {nameOf(who)}
          </span>
          <time class="row-note" title={dateAndTime(event.date)}>
            {brief(event.date, Date.now() / 1000)}
          </time>
        </p>
        <p dir="auto">{text}</p>
        {details.map((line) => (
          <p key={line} class="log-detail" dir="auto">
            {line}
          </p>
        ))}
      </div>
    </li>
  )
}

export default function Log({ panel }: { panel: { chat: PeerId } }) {
  const { chat } = panel
  const [q, setQ] = useState('')
  const [events, setEvents] = useState<readonly LogEvent[] | null>(null)
  const [complete, setComplete] = useState(false)
  const [busy, setBusy] = useState(false)
  const read = async (before: bigint): Promise<LogEvent[]> => {
    const answer = await call({ _: 'channels.getAdminLog', channel: inputChannel(chat), q: q.trim(), maxId: before, minId: 0n, limit: PAGE })
    return answer.events
  }
  useEffect(() => {
    const timer = setTimeout(() => {
      void attempt(async () => {
        const first = await read(0n)
        setEvents(first)
        setComplete(first.length < PAGE)
      })
    }, q === '' ? 0 : PAUSE_MS)
    return () => clearTimeout(timer)
  }, [chat, q])
  const more = (): void => {
    const last = events?.at(-1)
    if (busy || complete || last === undefined) return
    setBusy(true)
    void attempt(async () => {
      const next = await read(last.id)
      setEvents([...(events ?? []), ...next])
      setComplete(next.length < PAGE)
    }).then(() => setBusy(false))
  }
  return (
    <PanelFrame title={t('groups.log')}>
      <div class="search-field panel-search" role="search" aria-label={t('groups.log')}>
        <Icon name="search" />
        <input type="search" value={q} placeholder={t('people.search')} aria-label={t('people.search')} onInput={(event) => setQ(event.currentTarget.value)} />
      </div>
      <p class="hint panel-note">{t('groups.log.note')}</p>
      {events === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {events?.length === 0 && <Empty icon="clock" title={t('groups.log.none')} />}
      <ul aria-label={t('groups.log')}>
        {events?.map((event) => (
          <EventRow key={String(event.id)} event={event} />
        ))}
      </ul>
      <End more={more} />
    </PanelFrame>
  )
}
