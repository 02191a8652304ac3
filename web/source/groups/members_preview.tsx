/** The first members of a group in its profile. */

import type { Peer } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { Group, Row, Spinner } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { MemberRow } from './member_row.tsx'
import { useMembers } from './members.ts'
import { allowed } from './rights.ts'

const SHOWN = 6 // members before the rest is a panel of its own

export function MembersPreview({ where }: { where: Peer }) {
  const { members, count, busy } = useMembers(where.id, 'all')
  const chat = where.id
  return (
    <Group title={t('ui.members', { n: count || (where.members ?? 0) })}>
      {allowed(where, 'inviteUsers') && (
        <Row icon="addPerson" title={t('groups.add')} onPress={() => openPanel('right', { name: 'members.add', chat })} />
      )}
      {busy && members.length === 0 && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      <ul class="people" aria-label={t('groups.members')}>
        {members.slice(0, SHOWN).map((one) => (
          <MemberRow key={one.user} where={where} member={one} />
        ))}
      </ul>
      {count > SHOWN && (
        <Row icon="people" title={t('groups.members.all')} onPress={() => openPanel('right', { name: 'members', chat, kind: 'all' })} />
      )}
    </Group>
  )
}
