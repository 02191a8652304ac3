/** Searching in one chat: by words, by who wrote, by kind; with the way from one result to the next. */

import type { TargetedKeyboardEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { call, inputPeer, messagesOf } from '../api.ts'
import { goToDay } from '../history/day_label.tsx'
import { jump } from '../history/jump.ts'
import type { Message, PeerId } from '../model/types.ts'
import { type Panel, place } from '../nav.ts'
import { peer, self } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, IconButton, PanelFrame, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { Tabs } from '../ui/tabs.tsx'
import { t } from '../words.ts'
import { filterOf, KINDS, type Kind } from './kinds.ts'
import { goTo, MessageRow } from './message_row.tsx'
import { moveThrough } from './moving.ts'
import { pickMember } from './member_picker.tsx'

const PAUSE_MS = 250 // of typing before the server is asked
const PAGE = 40 // messages asked for at once
const NEAR_PX = 600 // how near the end the next page is asked for

interface Asked {
  chat: PeerId
  top: number
  query: string
  from: PeerId // who wrote it; 0: anybody
  kind: Kind
}

interface Found {
  messages: Message[]
  count: number
}

async function ask(asked: Asked, offsetId: number, signal: AbortSignal): Promise<Found> {
  const { chat, top, query, from, kind } = asked
  const answer = await call(
    {
      _: 'messages.search',
      peer: inputPeer(chat),
      q: query,
      ...(from === 0 ? {} : { fromId: inputPeer(from) }),
      ...(top === 0 ? {} : { topMsgId: top }),
      filter: filterOf(kind),
      minDate: 0,
      maxDate: 0,
      offsetId,
      addOffset: 0,
      limit: PAGE,
      maxId: 0,
      minId: 0,
      hash: 0n,
    },
    signal,
  )
  const messages = messagesOf(answer)
  return { messages, count: 'count' in answer ? answer.count : messages.length }
}

function idle({ query, from, kind }: Asked): boolean {
  return query === '' && from === 0 && kind === 'all'
}

/** The results so far, more of them when asked for. */
function useSearch(asked: Asked) {
  const [found, setFound] = useState<Found | null>(null)
  const [busy, setBusy] = useState(false)
  const abort = useRef(new AbortController())
  const key = JSON.stringify(asked)
  useEffect(() => {
    const now = new AbortController()
    abort.current = now
    if (idle(asked)) {
      setFound(null)
      return
    }
    setBusy(true)
    const timer = setTimeout(() => {
      void attempt(async () => {
        const first = await ask(asked, 0, now.signal)
        if (!now.signal.aborted) setFound(first)
      }).then(() => {
        if (!now.signal.aborted) setBusy(false) // else the next search is under way
      })
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      now.abort()
      setBusy(false)
    }
  }, [key])
  const more = async (): Promise<void> => {
    const last = found?.messages.at(-1)
    const { signal } = abort.current
    if (busy || found === null || last === undefined || found.messages.length >= found.count) return
    setBusy(true)
    await attempt(async () => {
      const next = await ask(asked, last.id, signal)
      if (signal.aborted) return
      const messages = [...found.messages, ...next.messages]
      setFound({ messages, count: next.messages.length < PAGE ? messages.length : found.count })
    })
    setBusy(false)
  }
  return { found, busy, more }
}

/** Go from one result to the next: `by` 1 to an older one. */
function useSteps(found: Found | null, more: () => Promise<void>) {
  const [at, setAt] = useState(-1)
  const [first] = found?.messages ?? []
  useEffect(() => setAt(-1), [first])
  const step = (by: number): void => {
    const next = at + by
    const message = found?.messages[next]
    if (message === undefined) return
    setAt(next)
    jump(message.chat, message.id)
    if (found !== null && next >= found.messages.length - 2) void more()
  }
  return { at, setAt, step }
}

/** Return where one is among the results, in words. */
function standing(found: Found | null, busy: boolean, at: number): string {
  if (found === null) return busy ? t('ui.loading') : ''
  if (found.count === 0) return t('search.nothing')
  return at < 0 ? t('search.found', { n: found.count }) : t('search.at', { at: at + 1, n: found.count })
}

function FromButton({ chat, from, choose }: { chat: PeerId; from: PeerId; choose: (who: PeerId) => void }) {
  const where = peer(chat).value
  if (where?.kind !== 'group' && where?.kind !== 'supergroup') return null
  if (from !== 0) {
    const who = peer(from).value
    return (
      <button type="button" class="from-chip" aria-label={t('search.from.any')} onClick={() => choose(0)}>
        <Avatar peer={who} size={34} />
        <span dir="auto">{nameOf(who)}</span>
        <Icon name="close" />
      </button>
    )
  }
  return <IconButton icon="person" label={t('search.from')} onPress={() => pickMember(where, choose)} />
}

export default function SearchPanel({ panel }: { panel: Extract<Panel, { name: 'search' }> }) {
  const { chat } = panel
  const [query, setQuery] = useState(panel.query ?? '')
  const [from, setFrom] = useState<PeerId>(0)
  const [kind, setKind] = useState<Kind>('all')
  const field = useRef<HTMLInputElement>(null)
  const where = peer(chat).value
  const top = place.value?.chat === chat ? place.value.top : 0
  const asked = { chat, top, query: query.trim(), from, kind }
  const { found, busy, more } = useSearch(asked)
  const { at, setAt, step } = useSteps(found, more)
  useEffect(() => field.current?.focus(), [])
  const keys = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
    else if (event.key === 'ArrowDown') document.querySelector<HTMLElement>('.pane-right .message-row')?.focus()
    else return
    event.preventDefault()
  }
  const name = chat === self.value ? t('ui.saved') : nameOf(where)
  const count = found?.count ?? 0
  const shown = found?.messages ?? []
  return (
    <PanelFrame
      title={t('search.in', { name })}
      actions={<IconButton icon="calendar" label={t('search.day')} onPress={() => goToDay({ chat, top, at: 0 }, Date.now() / 1000)} />}
    >
      <div class="search-bar">
        <div class="search-field" role="search" aria-label={t('search.in', { name })}>
          <Icon name="search" />
          <input
            ref={field}
            type="search"
            value={query}
            placeholder={t('chats.search')}
            aria-label={t('search.in', { name })}
            onInput={(event) => setQuery(event.currentTarget.value)}
            onKeyDown={keys}
          />
        </div>
        <FromButton chat={chat} from={from} choose={setFrom} />
      </div>
      <div class="search-kinds">
        <Tabs
          label={t('search.kinds')}
          tabs={KINDS.map((key) => ({ key, label: t(`search.${key}`) }))}
          chosen={kind}
          choose={setKind}
        />
      </div>
      <div class={count > 0 ? 'search-steps' : 'unseen'}>
        <p role="status">{standing(found, busy, at)}</p>
        {count > 0 && (
          <>
            <IconButton icon="up" label={t('search.older')} disabled={at + 1 >= shown.length} onPress={() => step(1)} />
            <IconButton icon="down" label={t('search.newer')} disabled={at <= 0} onPress={() => step(-1)} />
          </>
        )}
      </div>
      <div
        class="found"
        onKeyDown={(event) => moveThrough(event, () => field.current)}
        onScroll={(event) => {
          const box = event.currentTarget
          if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX) void more()
        }}
      >
        {idle(asked) && <Empty icon="search" title={t('search.begin')} />}
        {found !== null && count === 0 && !busy && (
          <Empty icon="search" title={t('search.nothing')} note={t('search.nothing.note')} />
        )}
        {shown.map((message, place_) => (
          <MessageRow
            key={message.id}
            message={message}
            query={asked.query}
            current={place_ === at}
            onPress={() => {
              setAt(place_)
              goTo(message)
            }}
          />
        ))}
        {busy && (
          <div class="centred">
            <Spinner />
          </div>
        )}
      </div>
    </PanelFrame>
  )
}
