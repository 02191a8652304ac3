/** Choosing several people and chats: those of the list, contacts, and whoever a search finds. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { listed } from '../model/dialogs.ts'
import type { Peer, PeerId } from '../model/types.ts'
import { contacts, loadContacts } from '../people/contacts.ts'
import { dialogs, peer, peers, self } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'

const PAUSE_MS = 250 // of typing before the server is asked
const QUERY_MIN = 3 // letters before the server is asked
const FOUND_MAX = 20

/** Ask the server for people and chats of a name while one types. */
function useSearch(q: string): readonly PeerId[] {
  const [others, setOthers] = useState<readonly PeerId[]>([])
  useEffect(() => {
    setOthers([])
    if (q.length < QUERY_MIN) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      void attempt(async () => {
        const answer = await call({ _: 'contacts.search', q, limit: FOUND_MAX }, abort.signal)
        setOthers([...answer.myResults, ...answer.results].map(peerId))
      })
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [q])
  return others
}

function titleOf(who: Peer | undefined): string {
  return who !== undefined && who.id === self.value ? t('ui.saved') : nameOf(who)
}

function offered(q: string, others: readonly PeerId[], accepts: (one: Peer) => boolean): Peer[] {
  const wanted = q.toLocaleLowerCase().replace(/^@/, '')
  const talks = [...listed(dialogs.value, 0), ...listed(dialogs.value, 1)].map(({ chat }) => chat)
  const known = (ids: readonly PeerId[]) => ids.map((id) => peers.value.get(id)).filter((one) => one !== undefined) as Peer[]
  const mine = known([...talks, ...(contacts.value ?? [])]).filter((one) =>
    `${titleOf(one)} ${one.username}`.toLocaleLowerCase().includes(wanted),
  )
  const all = [...mine, ...known(others)].filter((one) => one.deleted !== true && accepts(one))
  return [...new Map(all.map((one) => [one.id, one])).values()]
}

function Chosen({ id, drop }: { id: PeerId; drop: () => void }) {
  const who = peer(id).value
  return (
    <button type="button" class="chip" aria-label={t('groups.unchoose', { name: titleOf(who) })} onClick={drop}>
      <Avatar peer={who} size={34} saved={id === self.value} />
      <span dir="auto">{titleOf(who)}</span>
      <Icon name="close" />
    </button>
  )
}

export function ChatsPicker(props: {
  chosen: readonly PeerId[]
  accepts: (one: Peer) => boolean
  onChange: (chosen: PeerId[]) => void
}) {
  const { chosen, accepts, onChange } = props
  const [q, setQ] = useState('')
  const others = useSearch(q.trim())
  useEffect(() => {
    if (contacts.peek() === null) void attempt(loadContacts)
  }, [])
  const rows = offered(q.trim(), others, accepts)
  const drop = (id: PeerId): void => onChange(chosen.filter((one) => one !== id))
  const toggle = (id: PeerId): void => (chosen.includes(id) ? drop(id) : onChange([...chosen, id]))
  return (
    <div class="people-picker">
      {chosen.length > 0 && (
        <div class="chips" role="group" aria-label={t('groups.chosen', { n: chosen.length })}>
          {chosen.map((id) => (
            <Chosen key={id} id={id} drop={() => drop(id)} />
          ))}
        </div>
      )}
      <div class="search-field panel-search" role="search" aria-label={t('settings.choose.list')}>
        <Icon name="search" />
        <input
          type="search"
          value={q}
          placeholder={t('chats.search')}
          aria-label={t('chats.search')}
          onInput={(event) => setQ(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault() // it is no reason to save
          }}
        />
      </div>
      <ul aria-label={t('settings.choose.list')}>
        {rows.map((who) => (
          <li key={who.id}>
            <label class="row person-choice">
              <Avatar peer={who} size={42} saved={who.id === self.value} />
              <span class="row-text">
                <span class="row-title" dir="auto">
                  {titleOf(who)}
                </span>
                {who.id !== self.value && <span class="row-note">{statusOf(who)}</span>}
              </span>
              <input type="checkbox" checked={chosen.includes(who.id)} onChange={() => toggle(who.id)} />
            </label>
          </li>
        ))}
      </ul>
      {rows.length === 0 && <Empty icon="search" title={t('chats.nothing')} />}
    </div>
  )
}
