/** What may be done to a member, by my rights and theirs. */

import type { Peer } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { peer, self } from '../store.ts'
import { confirm, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import type { Member } from './member.ts'
import { ban, invite, pardon } from './members.ts'
import { hasRight } from './rights.ts'
import { named } from '../people/naming.ts'

/** Say whether somebody stands where I may change what they are. */
export function outranked(where: Peer, member: Member): boolean {
  if (member.user === self.peek() || member.role === 'creator') return false
  return member.role !== 'admin' || where.creator === true || member.mayEdit
}

async function askToRemove(where: Peer, member: Member): Promise<void> {
  const name = named(peer(member.user).peek())
  const basic = where.kind === 'group'
  const sure = await confirm({
    title: t('groups.remove.ask', { name }),
    text: t(basic ? 'groups.remove.basic' : 'groups.remove.note'),
    yes: t('groups.remove'),
    danger: true,
  })
  if (sure) void attempt(() => ban(where.id, member.user))
}

/** What may be done to somebody who was thrown out or restricted. */
function ofPunished(where: Peer, member: Member): MenuItem[] {
  const { user } = member
  const items: MenuItem[] = []
  if (member.role === 'restricted') {
    items.push({ icon: 'pencil', label: t('groups.restrict.edit'), do: () => openPanel('right', { name: 'restrict', chat: where.id, user }) })
  }
  if (member.role === 'out' && user > 0 && hasRight(where, 'inviteUsers')) {
    const again = async (): Promise<void> => {
      await pardon(where.id, user)
      await invite(where.id, [user])
    }
    items.push({ icon: 'addPerson', label: t('groups.take.back'), do: () => void attempt(again) })
  }
  const label = t(member.role === 'out' ? 'groups.pardon.out' : 'groups.pardon')
  items.push({ icon: 'check', label, do: () => void attempt(() => pardon(where.id, user)) })
  return items
}

export function menuOf(where: Peer, member: Member): MenuItem[] {
  const { user, role } = member
  const banning = hasRight(where, 'banUsers')
  if (role === 'out' || role === 'restricted') return banning ? ofPunished(where, member) : []
  if (!outranked(where, member)) return []
  const basic = where.kind === 'group'
  const items: MenuItem[] = []
  if (basic ? where.creator === true : hasRight(where, 'addAdmins')) {
    const label = t(role === 'admin' ? 'groups.admin.edit' : 'groups.promote')
    items.push({ icon: 'star', label, do: () => openPanel('right', { name: 'admin', chat: where.id, user }) })
  }
  if (banning && where.kind === 'supergroup') {
    items.push({ icon: 'lock', label: t('groups.restrict'), do: () => openPanel('right', { name: 'restrict', chat: where.id, user }) })
  }
  if (banning) items.push({ icon: 'block', label: t('groups.remove'), danger: true, do: () => void askToRemove(where, member) })
  return items
}
