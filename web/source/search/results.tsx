/** What is found while one types in the search field: chats of the list, people and channels, messages. */

import { useEffect, useState } from 'preact/hooks'

import { call, messagesOf } from '../api.ts'
import { messageText } from '../chats/summary.ts'
import { listed } from '../model/dialogs.ts'
import type { Message, PeerId } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { dialogs, peers, self } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Empty, Group, Row } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief } from '../ui/times.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'

const PAUSE_MS = 250 // of typing before the server is asked

interface Found {
  people: PeerId[]
  messages: Message[]
}

async function asked(query: string, signal: AbortSignal): Promise<Found> {
  const people = await call({ _: 'contacts.search', q: query, limit: 20 }, signal)
  const messages = await call(
    {
      _: 'messages.searchGlobal',
      q: query,
      filter: { _: 'inputMessagesFilterEmpty' },
      minDate: 0,
      maxDate: 0,
      offsetRate: 0,
      offsetPeer: { _: 'inputPeerEmpty' },
      offsetId: 0,
      limit: 30,
    },
    signal,
  )
  const found = [...people.myResults, ...people.results].map(peerId)
  return { people: [...new Set(found)], messages: messagesOf(messages) }
}

export function SearchResults({ query, close }: { query: string; close: () => void }) {
  const [found, setFound] = useState<Found | null>(null)
  const wanted = query.trim()
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(() => {
      void attempt(async () => setFound(await asked(wanted, abort.signal)))
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [wanted])
  const bare = wanted.toLocaleLowerCase().replace(/^@/, '')
  const mine = listed(dialogs.value, 0)
    .map(({ chat }) => peers.value.get(chat))
    .filter((one) => one !== undefined && `${one.name} ${one.username}`.toLocaleLowerCase().includes(bare))
  const known = new Set(mine.map((one) => one?.id))
  const others = (found?.people ?? []).filter((id) => !known.has(id))
  const open = (chat: PeerId, at = 0): void => {
    close()
    openChat(chat, { at })
  }
  const row = (id: PeerId) => {
    const who = peers.value.get(id)
    const note = who?.username ? `@${who.username}` : statusOf(who)
    return (
      <Row
        key={id}
        before={<Avatar peer={who} size={42} saved={id === self.value} />}
        title={id === self.value ? t('ui.saved') : nameOf(who)}
        note={note}
        onPress={() => open(id)}
      />
    )
  }
  const nothing = mine.length === 0 && found !== null && others.length === 0 && found.messages.length === 0
  return (
    <div class="chats-body" role="region" aria-label={t('search.results')} aria-live="polite">
      {nothing && <Empty icon="search" title={t('search.nothing')} />}
      {mine.length > 0 && <Group title={t('search.chats')}>{mine.map((one) => row(one?.id ?? 0))}</Group>}
      {others.length > 0 && <Group title={t('search.people')}>{others.map(row)}</Group>}
      {found !== null && found.messages.length > 0 && (
        <Group title={t('search.messages')}>
          {found.messages.map((message) => {
            const where = peers.value.get(message.chat)
            return (
              <Row
                key={`${message.chat}/${message.id}`}
                before={<Avatar peer={where} size={42} saved={message.chat === self.value} />}
                title={message.chat === self.value ? t('ui.saved') : nameOf(where)}
                note={messageText(message)}
                after={<time class="row-note">{brief(message.date, Date.now() / 1000)}</time>}
                onPress={() => open(message.chat, message.id)}
              />
            )
          })}
        </Group>
      )}
    </div>
  )
}
