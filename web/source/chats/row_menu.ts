/** The menu of a chat in the list. */

import { openLeaving } from '../groups/leaving.tsx'
import type { Dialog, PeerId } from '../model/types.ts'
import { full } from '../people/full.ts'
import { dialogs, peer, self } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { say, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import * as actions from './actions.ts'
import { askToClear, askToDelete } from './deleting.tsx'
import { movedTo } from './order.ts'

/** Put a pinned chat some places up or down. */
export async function movePin(chat: PeerId, by: number): Promise<void> {
  const { byChat, pinned } = dialogs.peek()
  const folder = byChat.get(chat)?.folder ?? 0
  const order = pinned[folder] ?? []
  const at = order.indexOf(chat)
  const to = at + by
  if (at < 0 || to < 0 || to >= order.length) return
  await actions.reorderPins(folder, movedTo(order, at, to))
  say(t('chats.pinned.moved', { name: nameOf(peer(chat).peek()), at: to + 1, n: order.length }))
}

function pinning({ chat, pinned, folder }: Dialog): MenuItem[] {
  const order = dialogs.peek().pinned[folder] ?? []
  const at = order.indexOf(chat)
  const items: MenuItem[] = [
    {
      icon: pinned ? 'unpin' : 'pin',
      label: t(pinned ? 'chats.unpin' : 'chats.pin'),
      do: () => void attempt(() => actions.pin(chat, !pinned)),
    },
  ]
  if (pinned && at > 0) items.push({ icon: 'up', label: t('chats.move.up'), do: () => void attempt(() => movePin(chat, -1)) })
  if (pinned && at >= 0 && at < order.length - 1) {
    items.push({ icon: 'down', label: t('chats.move.down'), do: () => void attempt(() => movePin(chat, 1)) })
  }
  return items
}

function parting({ chat }: Dialog): MenuItem[] {
  const where = peer(chat).peek()
  if (where === undefined) return []
  const gone = where.kind !== 'user' && where.left === true
  const items: MenuItem[] = []
  if (where.kind === 'user' || where.kind === 'group') {
    items.push({ icon: 'unformat', label: t('chats.clear'), do: () => askToClear(where) })
  }
  if (where.kind === 'user' || gone) {
    items.push({ icon: 'trash', label: t('chats.delete'), danger: true, do: () => askToDelete(where) })
  } else {
    const leave = (): void => openLeaving(where, full(chat).peek())
    items.push({ icon: 'door', label: t('chats.leave'), danger: true, do: leave })
  }
  return items
}

export function menuOf(dialog: Dialog): MenuItem[] {
  const { chat, folder } = dialog
  const muted = dialog.notify.mutedUntil > Date.now() / 1000
  const unread = dialog.unread > 0 || dialog.marked
  const run = (what: () => Promise<unknown>) => () => void attempt(what)
  const items = pinning(dialog)
  items.push({
    icon: 'comment',
    label: t(unread ? 'chats.read' : 'chats.unread'),
    do: run(() => (unread ? actions.readAll(dialog) : actions.mark(chat, true))),
  })
  if (chat !== self.peek()) {
    items.push({
      icon: muted ? 'bell' : 'muted',
      label: t(muted ? 'chats.unmute' : 'chats.mute'),
      do: run(() => actions.mute(chat, muted ? 0 : undefined)),
    })
  }
  items.push({
    icon: 'archive',
    label: t(folder === 1 ? 'chats.unarchive' : 'chats.archive.do'),
    do: run(() => actions.archive(chat, folder === 1 ? 0 : 1)),
  })
  return [...items, ...parting(dialog)]
}
