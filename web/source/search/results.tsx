/** What is found while one types in the search field: chats of the list, people and channels, messages of every kind. */

import { useEffect, useRef, useState } from 'preact/hooks'

import { call, inputPeer, messagesOf } from '../api.ts'
import { listed } from '../model/dialogs.ts'
import type { Message, Peer, PeerId } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { dialogs, peers, self } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Button, Empty, Group, Row, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { Tabs } from '../ui/tabs.tsx'
import { t } from '../words.ts'
import { filterOf, KINDS, type Kind } from './kinds.ts'
import { MessageRow } from './message_row.tsx'
import { moveThrough } from './moving.ts'
import { foundChat, recent } from './recent.ts'

const PAUSE_MS = 250 // of typing before the server is asked
const PAGE = 30 // messages asked for at once
const CHATS_MAX = 40 // of the list that are shown

interface Page {
  messages: Message[]
  rate: number // where the next page begins
  more: boolean
}

const NO_PAGE: Page = { messages: [], rate: 0, more: false }

async function pageOf(query: string, kind: Kind, after: Page, signal: AbortSignal): Promise<Page> {
  const last = after.messages.at(-1)
  const answer = await call(
    {
      _: 'messages.searchGlobal',
      q: query,
      filter: filterOf(kind),
      minDate: 0,
      maxDate: 0,
      offsetRate: after.rate,
      offsetPeer: last === undefined ? { _: 'inputPeerEmpty' } : inputPeer(last.chat),
      offsetId: last?.id ?? 0,
      limit: PAGE,
    },
    signal,
  )
  const messages = messagesOf(answer)
  const rate = answer._ === 'messages.messagesSlice' ? (answer.nextRate ?? 0) : 0
  return { messages: [...after.messages, ...messages], rate, more: messages.length >= PAGE }
}

async function peopleOf(query: string, signal: AbortSignal): Promise<PeerId[]> {
  const answer = await call({ _: 'contacts.search', q: query, limit: 20 }, signal)
  return [...new Set([...answer.myResults, ...answer.results].map(peerId))]
}

/** Ask the server while one types; what an earlier query found stays until the next has answered. */
function useFound(query: string, kind: Kind) {
  const [people, setPeople] = useState<PeerId[]>([])
  const [page, setPage] = useState<Page | null>(null)
  const abort = useRef(new AbortController())
  useEffect(() => {
    abort.current.abort()
    const now = new AbortController()
    abort.current = now
    if (query === '' && kind === 'all') {
      setPage(null)
      setPeople([])
      return
    }
    const timer = setTimeout(() => {
      void attempt(async () => {
        const messages = pageOf(query, kind, NO_PAGE, now.signal)
        const found = kind === 'all' ? await peopleOf(query, now.signal) : []
        if (!now.signal.aborted) setPeople(found)
        const first = await messages
        if (!now.signal.aborted) setPage(first)
      })
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      now.abort()
    }
  }, [query, kind])
  const more = (): void => {
    if (page === null || !page.more) return
    const { signal } = abort.current
    setPage({ ...page, more: false })
    void attempt(async () => {
      const next = await pageOf(query, kind, page, signal)
      if (!signal.aborted) setPage(next)
    })
  }
  return { people, page, more }
}

/** Calls `seen` when it comes into view: the end of a list. */
function End({ seen }: { seen: () => void }) {
  const end = useRef<HTMLDivElement>(null)
  const now = useRef(seen)
  now.current = seen
  useEffect(() => {
    const watcher = new IntersectionObserver((entries) => {
      if (entries.some((one) => one.isIntersecting)) now.current()
    })
    if (end.current !== null) watcher.observe(end.current)
    return () => watcher.disconnect()
  }, [])
  return <div ref={end} class="list-end" />
}

function PeerRow({ id, open }: { id: PeerId; open: (chat: PeerId) => void }) {
  const who = peers.value.get(id)
  const saved = id === self.value
  const note = who?.username ? `@${who.username}` : statusOf(who)
  return (
    <Row
      before={<Avatar peer={who} size={42} saved={saved} />}
      title={saved ? t('ui.saved') : nameOf(who)}
      note={saved ? undefined : note}
      onPress={() => open(id)}
    />
  )
}

function Recent({ open }: { open: (chat: PeerId) => void }) {
  if (recent.value.length === 0) {
    return <Empty icon="search" title={t('search.recent.none')} note={t('search.recent.note')} />
  }
  return (
    <Group title={t('search.recent')} hint={t('search.recent.note')}>
      {recent.value.map((id) => (
        <PeerRow key={id} id={id} open={open} />
      ))}
      <Button
        kind="plain"
        onPress={() => {
          recent.value = []
        }}
      >
        {t('search.recent.clear')}
      </Button>
    </Group>
  )
}

/** Return the chats of the list whose name has a word that begins like the query. */
function ownChats(query: string): Peer[] {
  const wanted = query.toLocaleLowerCase().replace(/^@/, '')
  if (wanted === '') return []
  const fits = (one: Peer): boolean => {
    const name = one.id === self.value ? t('ui.saved') : one.name
    return [name, ...name.split(/\s+/u), one.username].some((word) => word.toLocaleLowerCase().startsWith(wanted))
  }
  const all = [...listed(dialogs.value, 0), ...listed(dialogs.value, 1)].map(({ chat }) => peers.value.get(chat))
  const me = peers.value.get(self.value)
  return [...new Set([...all, me])].filter((one) => one !== undefined && fits(one)).slice(0, CHATS_MAX) as Peer[]
}

export function SearchResults({ query, close }: { query: string; close: () => void }) {
  const [kind, setKind] = useState<Kind>('all')
  const wanted = query.trim()
  const { people, page, more } = useFound(wanted, kind)
  const mine = kind === 'all' ? ownChats(wanted) : []
  const known = new Set(mine.map((one) => one.id))
  const others = kind === 'all' ? people.filter((id) => !known.has(id)) : []
  const messages = page?.messages ?? []
  const openPeer = (chat: PeerId): void => {
    foundChat(chat)
    close()
    openChat(chat)
  }
  const openMessage = (message: Message): void => {
    close()
    openChat(message.chat, { at: message.id })
  }
  const idle = wanted === '' && kind === 'all'
  const nothing = !idle && page !== null && mine.length + others.length + messages.length === 0
  const field = (): HTMLElement | null => document.querySelector('.chats .search-field input')
  return (
    <>
      <div class="search-kinds">
        <Tabs
          label={t('search.kinds')}
          tabs={KINDS.map((key) => ({ key, label: t(key === 'all' ? 'search.chats' : `search.${key}`) }))}
          chosen={kind}
          choose={setKind}
        />
      </div>
      <div
        class="chats-body found"
        role="region"
        aria-label={t('search.results')}
        aria-live="polite"
        onKeyDown={(event) => moveThrough(event, field)}
      >
        {idle && <Recent open={openPeer} />}
        {nothing && <Empty icon="search" title={t('search.nothing')} note={t('search.nothing.note')} />}
        {!idle && page === null && mine.length === 0 && (
          <div class="centred">
            <Spinner label={t('ui.loading')} />
          </div>
        )}
        {mine.length > 0 && (
          <Group title={t('search.chats')}>
            {mine.map((one) => (
              <PeerRow key={one.id} id={one.id} open={openPeer} />
            ))}
          </Group>
        )}
        {others.length > 0 && (
          <Group title={t('search.people')}>
            {others.map((id) => (
              <PeerRow key={id} id={id} open={openPeer} />
            ))}
          </Group>
        )}
        {messages.length > 0 && (
          <Group title={t('search.messages')}>
            {messages.map((message) => (
              <MessageRow
                key={`${message.chat}/${message.id}`}
                message={message}
                query={wanted}
                chat
                onPress={() => openMessage(message)}
              />
            ))}
            {page?.more === true && <End key={messages.length} seen={more} />}
          </Group>
        )}
      </div>
    </>
  )
}
