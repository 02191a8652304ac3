/** The menu of a message: what this person may do with it. */

import type { Message } from '../model/types.ts'
import { peer, self } from '../store.ts'
import { begin } from '../compose/state.ts'
import { say, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { allowed, mayPost } from '../groups/rights.ts'
import { pin } from './message_actions.ts'
import { askToDelete } from './deleting.tsx'
import { chooseTarget } from './forwarding.tsx'

const EDIT_S = 48 * 3600 // seconds in which a message can be edited; posts and Saved Messages: always

export function mayEdit(message: Message, now: number): boolean {
  if (!message.out || message.forward !== null || message.service !== null || message.id < 0) return false
  if (message.media !== null && !['photo', 'document', 'page'].includes(message.media.is)) return false
  if (message.chat === self.peek()) return true
  const where = peer(message.chat).peek()
  return where?.kind === 'channel' ? mayPost(where) : now - message.date < EDIT_S
}

/** Return the items for a message, or for an album as one. */
export function menuOf(parts: readonly Message[]): MenuItem[] {
  const message = parts.find(({ text }) => text !== '') ?? (parts[0] as Message)
  const where = peer(message.chat).peek()
  const items: MenuItem[] = []
  if (message.id < 0) {
    return [{ icon: 'trash', label: t('history.discard'), danger: true, do: () => askToDelete(parts) }]
  }
  if (where !== undefined && mayPost(where)) {
    items.push({ icon: 'reply', label: t('history.reply'), do: () => begin({ is: 'reply', message }) })
  }
  if (mayEdit(message, Date.now() / 1000)) {
    items.push({ icon: 'pencil', label: t('history.edit'), do: () => begin({ is: 'edit', message }) })
  }
  if (message.text !== '') items.push({ icon: 'copy', label: t('history.copy'), do: () => copy(message) })
  if (message.service === null && !message.noForwards && where?.noForwards !== true) {
    items.push({ icon: 'forward', label: t('history.forward'), do: () => chooseTarget(parts) })
  }
  if (message.service === null && where !== undefined && allowed(where, 'pinMessages')) {
    items.push({
      icon: message.pinned ? 'unpin' : 'pin',
      label: t(message.pinned ? 'history.unpin' : 'history.pin'),
      do: () => void attempt(() => pin(message, !message.pinned)),
    })
  }
  if (!message.out && message.service === null) {
    const report = (): void => void import('../groups/reporting.tsx').then(({ openReport }) => openReport(parts))
    items.push({ icon: 'flag', label: t('history.report'), do: report })
  }
  items.push({ icon: 'trash', label: t('history.delete'), danger: true, do: () => askToDelete(parts) })
  return items
}

function copy(message: Message): void {
  void navigator.clipboard.writeText(message.text).then(() => say(t('history.copied')))
}
