/** The contacts: who is here first, or by name; a press begins to write. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import type { Peer, PeerId } from '../model/types.ts'
import { closePanels, openChat, openPanel } from '../nav.ts'
import { self } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Button, Empty, Group, IconButton, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { openMenu, say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'
import { found } from '../groups/members.ts'
import { contacts, living, loadContacts, loadPresences, type Order, sorted } from './contacts.ts'

const PAUSE_MS = 250 // of typing before the server is asked
const now = (): number => Date.now() / 1000

async function start(user: PeerId): Promise<void> {
  await closePanels('left')
  openChat(user)
}

function Person({ who }: { who: Peer }) {
  const online = who.presence?.is === 'online' && who.presence.until > now()
  const note = who.contact === true || who.username === '' ? statusOf(who) : `@${who.username}`
  return (
    <li>
      <Row
        before={<Avatar peer={who} size={42} />}
        title={nameOf(who)}
        note={<span class={online ? 'accent' : undefined}>{note}</span>}
        onPress={() => void start(who.id)}
      />
    </li>
  )
}

/** Copy a link by which whoever has it finds me. */
function shareMe(): void {
  void attempt(async () => {
    const { url } = await call({ _: 'contacts.exportContactToken' })
    await navigator.clipboard.writeText(url)
    say(t('people.link.copied'))
  })
}

function useOthers(q: string, known: ReadonlySet<PeerId>): Peer[] {
  const [ids, setIds] = useState<readonly PeerId[]>([])
  useEffect(() => {
    if (q.length < 2) return setIds([])
    const abort = new AbortController()
    const timer = setTimeout(() => void attempt(async () => setIds(await found(q, abort.signal))), PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [q])
  return living(ids).filter(({ id }) => !known.has(id) && id !== self.value)
}

export default function Contacts() {
  const [q, setQ] = useState('')
  const [order, setOrder] = useState<Order>('seen')
  useEffect(() => {
    void attempt(loadContacts)
    void loadPresences().catch(() => undefined)
  }, [])
  const ids = contacts.value
  const wanted = q.trim().toLocaleLowerCase().replace(/^@/, '')
  const mine = sorted(living(ids ?? []), order, now()).filter(({ name, username }) =>
    `${name} ${username}`.toLocaleLowerCase().includes(wanted),
  )
  const others = useOthers(q.trim(), new Set(ids ?? []))
  const more = (from: Element): void =>
    openMenu(from, [
      order === 'name'
        ? { icon: 'clock', label: t('people.order.seen'), do: () => setOrder('seen') }
        : { icon: 'list', label: t('people.order.name'), do: () => setOrder('name') },
      { icon: 'link', label: t('people.link.mine'), do: shareMe },
    ])
  const actions = (
    <>
      <IconButton icon="addPerson" label={t('people.add')} onPress={() => openPanel('left', { name: 'contact.add' })} />
      <IconButton icon="more" label={t('ui.more')} onPress={(event) => more(event.currentTarget)} />
    </>
  )
  return (
    <PanelFrame title={t('chats.contacts')} actions={actions}>
      <div class="search-field panel-search" role="search" aria-label={t('groups.find.people')}>
        <Icon name="search" />
        <input
          type="search"
          value={q}
          placeholder={t('groups.find.people')}
          aria-label={t('groups.find.people')}
          onInput={(event) => setQ(event.currentTarget.value)}
        />
      </div>
      {ids === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {mine.length > 0 && (
        <ul class="people" aria-label={t('chats.contacts')}>
          {mine.map((who) => (
            <Person key={who.id} who={who} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <Group title={t('people.others')}>
          <ul class="people">
            {others.map((who) => (
              <Person key={who.id} who={who} />
            ))}
          </ul>
        </Group>
      )}
      {ids !== null && mine.length === 0 && others.length === 0 && (
        <>
          <Empty icon="people" title={t(q === '' ? 'people.none' : 'groups.people.nothing')} note={t('people.none.note')} />
          <div class="centred-button">
            <Button onPress={() => openPanel('left', { name: 'contact.add' })}>{t('people.add')}</Button>
          </div>
        </>
      )}
    </PanelFrame>
  )
}
