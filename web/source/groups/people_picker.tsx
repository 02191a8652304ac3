/** Choosing people: contacts, those one writes with, and whoever a search finds. */

import { useEffect, useState } from 'preact/hooks'

import { contacts, living, loadContacts, sorted } from '../people/contacts.ts'
import type { Peer, PeerId } from '../model/types.ts'
import { dialogs, peer, peers } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'
import { found } from './members.ts'

const PAUSE_MS = 250 // of typing before the server is asked
const now = (): number => Date.now() / 1000

/** Ask the server for people of a name while one types. */
function useSearch(q: string): readonly PeerId[] {
  const [others, setOthers] = useState<readonly PeerId[]>([])
  useEffect(() => {
    if (q.length < 2) return setOthers([])
    const abort = new AbortController()
    const timer = setTimeout(() => {
      void attempt(async () => setOthers(await found(q, abort.signal)))
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [q])
  return others
}

/** Return whom to offer: contacts first, then people with a conversation, then what the search found. */
function offered(q: string, others: readonly PeerId[], without: ReadonlySet<PeerId>): Peer[] {
  const mine = sorted(living(contacts.value ?? []), 'seen', now())
  const talked = living([...dialogs.value.byChat.keys()].filter((id) => id > 0)).filter(({ bot, support }) => bot !== true && support !== true)
  const wanted = q.toLocaleLowerCase().replace(/^@/, '')
  const fits = ({ name, username }: Peer): boolean => `${name} ${username}`.toLocaleLowerCase().includes(wanted)
  const all = [...[...mine, ...talked].filter(fits), ...(q.length < 2 ? [] : living(others))]
  return [...new Map(all.map((one) => [one.id, one])).values()].filter(({ id }) => !without.has(id))
}

function Chosen({ user, drop }: { user: PeerId; drop: () => void }) {
  const who = peer(user).value
  return (
    <button type="button" class="chip" title={t('groups.unchoose', { name: nameOf(who) })} onClick={drop}>
      <Avatar peer={who} size={34} />
      <span class="visually-hidden">{t('groups.unchoose', { name: nameOf(who) })}</span>
      <span dir="auto" aria-hidden="true">
        {who?.first || nameOf(who)}
      </span>
      <Icon name="close" />
    </button>
  )
}

export function PeoplePicker(props: {
  chosen: readonly PeerId[]
  onChange: (chosen: PeerId[]) => void
  without?: ReadonlySet<PeerId>
}) {
  const { chosen, onChange, without = new Set() } = props
  const [q, setQ] = useState('')
  const others = useSearch(q.trim())
  useEffect(() => {
    if (contacts.peek() === null) void attempt(loadContacts)
  }, [])
  const rows = offered(q.trim(), others, without)
  const drop = (user: PeerId): void => onChange(chosen.filter((one) => one !== user))
  const toggle = (user: PeerId): void => (chosen.includes(user) ? drop(user) : onChange([...chosen, user]))
  return (
    <div class="people-picker">
      {chosen.length > 0 && (
        <div class="chips" role="group" aria-label={t('groups.chosen', { n: chosen.length })}>
          {chosen.map((user) => (
            <Chosen key={user} user={user} drop={() => drop(user)} />
          ))}
        </div>
      )}
      <div class="search-field panel-search" role="search" aria-label={t('groups.find.people')}>
        <Icon name="search" />
        <input
          type="search"
          value={q}
          placeholder={t('groups.find.people')}
          aria-label={t('groups.find.people')}
          onInput={(event) => setQ(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            const [first] = rows
            if (q !== '' && first !== undefined) {
              toggle(first.id)
              setQ('')
            }
          }}
        />
      </div>
      <ul aria-label={t('groups.people')}>
        {rows.map((who) => (
          <li key={who.id}>
            <label class="row person-choice">
              <Avatar peer={peers.value.get(who.id)} size={42} />
              <span class="row-text">
                <span class="row-title" dir="auto">
                  {nameOf(who)}
                </span>
                <span class="row-note">{statusOf(who)}</span>
              </span>
              <input type="checkbox" checked={chosen.includes(who.id)} onChange={() => toggle(who.id)} />
            </label>
          </li>
        ))}
      </ul>
      {rows.length === 0 &&
        (contacts.value === null ? (
          <div class="centred">
            <Spinner label={t('ui.loading')} />
          </div>
        ) : (
          <Empty icon="people" title={t(q === '' ? 'groups.people.none' : 'groups.people.nothing')} note={t('groups.people.note')} />
        ))}
    </div>
  )
}
