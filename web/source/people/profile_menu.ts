/** What one can do to a person, group or channel beside what its profile shows at once. */

import { askToDelete } from '../chats/deleting.tsx'
import { openLeaving } from '../groups/leaving.tsx'
import { openPeerReport } from '../groups/reporting.tsx'
import { hasRight } from '../groups/rights.ts'
import type { Peer } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { confirm, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { drop, setBlocked } from './contacts.ts'
import type { Full } from './full.ts'
import { named } from './naming.ts'

async function askToBlock(who: Peer): Promise<void> {
  const name = named(who)
  const text = t('people.block.note', { name })
  const sure = await confirm({ title: t('people.block.ask', { name }), text, yes: t('people.block'), danger: true })
  if (sure) void attempt(() => setBlocked(who.id, true))
}

async function askToDrop(who: Peer): Promise<void> {
  const sure = await confirm({ title: t('people.remove.ask', { name: named(who) }), yes: t('people.remove'), danger: true })
  if (sure) void attempt(() => drop(who.id))
}

/** Somebody among my contacts, or not. */
export function acquaintance(who: Peer): MenuItem[] {
  const items: MenuItem[] = []
  if (who.contact === true) {
    items.push({ icon: 'pencil', label: t('people.edit'), do: () => openPanel('right', { name: 'contact.edit', user: who.id }) })
    items.push({ icon: 'person', label: t('people.remove'), danger: true, do: () => void askToDrop(who) })
  } else if (who.deleted !== true && who.bot !== true && who.support !== true) {
    items.push({ icon: 'addPerson', label: t('people.add'), do: () => openPanel('right', { name: 'contact.edit', user: who.id }) })
  }
  return items
}

/** What one does against whoever bothers: blocking them, and reporting them, or a group or channel. */
export function defence(who: Peer, about: Full | null): MenuItem[] {
  if (who.support === true) return []
  const items: MenuItem[] = []
  if (who.kind === 'user' && about !== null) {
    items.push(
      about.blocked
        ? { icon: 'block', label: t('people.unblock'), do: () => void attempt(() => setBlocked(who.id, false)) }
        : { icon: 'block', label: t('people.block'), danger: true, do: () => void askToBlock(who) },
    )
  }
  if (who.creator !== true) items.push({ icon: 'flag', label: t('groups.report'), danger: true, do: () => openPeerReport(who) })
  return items
}

function ofPerson(who: Peer, about: Full | null): MenuItem[] {
  const deleting: MenuItem = { icon: 'trash', label: t('chats.delete'), danger: true, do: () => askToDelete(who) }
  return [...acquaintance(who), ...defence(who, about), deleting]
}

export function menuOf(who: Peer, about: Full | null): MenuItem[] {
  if (who.kind === 'user') return ofPerson(who, about)
  if (who.forbidden === true) return []
  const items: MenuItem[] = []
  if (hasRight(who, 'inviteUsers')) {
    items.push({ icon: 'link', label: t('groups.links'), do: () => openPanel('right', { name: 'links', chat: who.id }) })
  }
  items.push(...defence(who, about))
  if (who.left !== true) items.push({ icon: 'door', label: t('chats.leave'), danger: true, do: () => openLeaving(who, about) })
  return items
}
