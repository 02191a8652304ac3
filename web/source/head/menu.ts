/** What the three dots in the head of a conversation offer. Loaded when they are first pressed. */

import { mute } from '../chats/actions.ts'
import { askToClear, askToDelete } from '../chats/deleting.tsx'
import { openLeaving } from '../groups/leaving.tsx'
import { startSelection } from '../history/selection.ts'
import type { Peer } from '../model/types.ts'
import { openChat, openPanel } from '../nav.ts'
import { dialogs, self } from '../store.ts'
import type { MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import type { Full } from '../people/full.ts'
import { acquaintance, defence } from '../people/profile_menu.ts'
import { askQuiet } from '../people/quieting.ts'

function quiet(where: Peer, from: Element): MenuItem {
  const muted = (dialogs.peek().byChat.get(where.id)?.notify.mutedUntil ?? 0) > Date.now() / 1000
  return muted
    ? { icon: 'bell', label: t('chats.unmute'), do: () => void attempt(() => mute(where.id, 0)) }
    : { icon: 'muted', label: t('chats.mute'), do: () => askQuiet(from, where.id) }
}

/** Where else one goes from here: whose chat it is, its topics, the discussion of a channel or the other way round. */
function ways(where: Peer, about: Full | null): MenuItem[] {
  const items: MenuItem[] = []
  if (where.id !== self.peek()) {
    const label = t(where.kind === 'user' ? 'head.person' : where.kind === 'channel' ? 'head.channel' : 'head.group')
    items.push({ icon: 'info', label, do: () => openPanel('right', { name: 'profile', chat: where.id }) })
  }
  if (where.forum === true) items.push({ icon: 'topic', label: t('head.topics'), do: () => openPanel('left', { name: 'topics', chat: where.id }) })
  const linked = about?.linked ?? 0
  if (linked !== 0) {
    const label = t(where.kind === 'channel' ? 'head.discussion' : 'head.of.channel')
    items.push({ icon: where.kind === 'channel' ? 'comment' : 'megaphone', label, do: () => openChat(linked) })
  }
  return items
}

function parting(where: Peer, about: Full | null): MenuItem[] {
  const items: MenuItem[] = []
  if (where.kind === 'user' || (where.kind === 'group' && where.left !== true)) {
    items.push({ icon: 'unformat', label: t('chats.clear'), danger: true, do: () => askToClear(where) })
  }
  if (where.kind === 'user' || (where.kind === 'group' && where.left === true)) {
    items.push({ icon: 'trash', label: t('chats.delete'), danger: true, do: () => askToDelete(where) })
  } else if (where.left !== true && where.forbidden !== true) {
    items.push({ icon: 'door', label: t('chats.leave'), danger: true, do: () => openLeaving(where, about) })
  }
  return items
}

/** Return the items; `from`: the button, beside which a second menu may open. */
export function menuOf(where: Peer, about: Full | null, from: Element): MenuItem[] {
  const items: MenuItem[] = []
  const inside = where.forbidden !== true && where.left !== true
  if (inside && where.id !== self.peek()) items.push(quiet(where, from))
  items.push(...ways(where, about))
  if (where.forbidden !== true) items.push({ icon: 'select', label: t('head.select'), do: () => startSelection(where.id) })
  if (where.id === self.peek()) return [...items, ...parting(where, about)]
  if (where.kind === 'user') items.push(...acquaintance(where))
  if (where.forbidden !== true) items.push(...defence(where, about))
  return [...items, ...parting(where, about)]
}
