/** A member in a list: name, presence, what they are there, and what can be done to them. */

import type { TargetedMouseEvent } from 'preact'

import type { Peer } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { peer, self } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { IconButton, Row } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { statusOf } from '../ui/status.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import type { Member } from './member.ts'
import { menuOf } from './member_menu.ts'
import { endOf } from './rights.ts'
import { named } from '../people/naming.ts'

/** Return what somebody is called beside their name: a title, "owner", "administrator". */
export function roleOf({ role, rank }: Member): string {
  if (rank !== '') return rank
  return role === 'creator' ? t('groups.role.creator') : role === 'admin' ? t('groups.role.admin') : ''
}

function noteOf(member: Member, who: Peer | undefined): string {
  const { role, by, banned } = member
  if (role === 'restricted' || role === 'out') {
    const until = endOf(banned)
    const name = named(peer(by).value)
    const end = until === 0 ? '' : `, ${t('groups.until', { date: dateAndTime(until) })}`
    return t(role === 'out' ? 'groups.out.by' : 'groups.restricted.by', { name }) + end
  }
  return member.user === self.value ? t('ui.online') : statusOf(who)
}

export function MemberRow({ where, member }: { where: Peer; member: Member }) {
  const who = peer(member.user).value
  const items = menuOf(where, member)
  const menu = (event: TargetedMouseEvent<HTMLElement>): void => {
    if (items.length === 0) return
    event.preventDefault()
    const { clientX: x, clientY: y } = event
    openMenu(x === 0 && y === 0 ? event.currentTarget : { x, y }, items)
  }
  const role = roleOf(member)
  return (
    <li class="member" onContextMenu={menu}>
      <Row
        before={<Avatar peer={who} size={42} />}
        title={nameOf(who)}
        note={noteOf(member, who)}
        after={role === '' ? undefined : <span class={`role role-${member.role}`}>{role}</span>}
        onPress={() => openPanel('right', { name: 'profile', chat: member.user })}
      />
      {items.length > 0 && (
        <IconButton icon="more" label={t('groups.member.menu', { name: nameOf(who) })} onPress={(event) => openMenu(event.currentTarget, items)} />
      )}
    </li>
  )
}
