/** The members of a kind, with a search: all, administrators, restricted ones, those thrown out. */

import { useState } from 'preact/hooks'

import type { Peer, PeerId } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { peer } from '../store.ts'
import { useAbout } from '../people/full.ts'
import { End } from '../ui/end.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, IconButton, PanelFrame, Spinner } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { MemberRow } from './member_row.tsx'
import { type Kind, useMembers } from './members.ts'
import { allowed, hasRight } from './rights.ts'

const TITLES = { all: 'groups.members', admins: 'groups.admins', restricted: 'groups.restricted', out: 'groups.out' } as const
const NOTES = { all: 'groups.members.note', admins: 'groups.admins.note', restricted: 'groups.restricted.note', out: 'groups.out.note' } as const

/** The button that adds somebody to this list. */
function Add({ where, kind }: { where: Peer; kind: Kind }) {
  const chat = where.id
  if (kind === 'all' && allowed(where, 'inviteUsers')) {
    return <IconButton icon="addPerson" label={t('groups.add')} onPress={() => openPanel('right', { name: 'members.add', chat })} />
  }
  const promotes = where.kind === 'group' ? where.creator === true : hasRight(where, 'addAdmins')
  if (kind === 'admins' && promotes) {
    return <IconButton icon="addPerson" label={t('groups.admins.add')} onPress={() => openPanel('right', { name: 'members', chat, kind: 'all' })} />
  }
  return null
}

export default function Members({ panel }: { panel: { chat: PeerId; kind: Kind } }) {
  const { chat, kind } = panel
  const where = peer(chat).value
  const [q, setQ] = useState('')
  useAbout(chat)
  const { members, busy, more } = useMembers(chat, kind, q.trim())
  if (where === undefined) return null
  const title = kind === 'all' && where.kind === 'channel' ? 'groups.subscribers' : TITLES[kind]
  return (
    <PanelFrame title={t(title)} actions={<Add where={where} kind={kind} />}>
      {kind !== 'admins' && (
        <div class="search-field panel-search" role="search" aria-label={t(title)}>
          <Icon name="search" />
          <input
            type="search"
            value={q}
            placeholder={t('people.search')}
            aria-label={t('people.search')}
            onInput={(event) => setQ(event.currentTarget.value)}
          />
        </div>
      )}
      <p class="hint panel-note">{t(NOTES[kind])}</p>
      <ul class="people" aria-label={t(title)} aria-busy={busy}>
        {members.map((one) => (
          <MemberRow key={one.user} where={where} member={one} />
        ))}
      </ul>
      {busy && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {!busy && members.length === 0 && <Empty icon="people" title={t(q === '' ? 'groups.list.empty' : 'groups.people.nothing')} />}
      <End more={more} />
    </PanelFrame>
  )
}
