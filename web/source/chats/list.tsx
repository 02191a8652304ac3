/** The list of chats: a row each, pinned ones first, in step with every update. */

import { useComputed } from '@preact/signals'
import type { TargetedMouseEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { dialogs, peer, self, typings } from '../store.ts'
import { type Dialogs, listed } from '../model/dialogs.ts'
import type { Dialog } from '../model/types.ts'
import { openChat, place } from '../nav.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Spinner } from '../ui/kit.tsx'
import { confirm, openMenu, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { brief } from '../ui/times.ts'
import { t } from '../words.ts'
import * as actions from './actions.ts'
import { authorText, messageText, typingText } from './summary.ts'

const now = (): number => Date.now() / 1000

function menuOf(dialog: Dialog): MenuItem[] {
  const { chat } = dialog
  const name = nameOf(peer(chat).peek())
  const person = chat > 0
  const muted = dialog.notify.mutedUntil > now()
  const unread = dialog.unread > 0 || dialog.marked
  const run = (what: () => Promise<unknown>) => () => void attempt(what)
  return [
    {
      icon: dialog.pinned ? 'unpin' : 'pin',
      label: t(dialog.pinned ? 'chats.unpin' : 'chats.pin'),
      do: run(() => actions.pin(chat, !dialog.pinned)),
    },
    {
      icon: 'comment',
      label: t(unread ? 'chats.read' : 'chats.unread'),
      do: run(() => (unread ? actions.readAll(dialog) : actions.mark(chat, true))),
    },
    {
      icon: muted ? 'bell' : 'muted',
      label: t(muted ? 'chats.unmute' : 'chats.mute'),
      do: run(() => actions.mute(chat, muted ? 0 : undefined)),
    },
    {
      icon: 'archive',
      label: t(dialog.folder === 1 ? 'chats.unarchive' : 'chats.archive.do'),
      do: run(() => actions.archive(chat, dialog.folder === 1 ? 0 : 1)),
    },
    {
      icon: person ? 'trash' : 'door',
      label: t(person ? 'chats.delete' : 'chats.leave'),
      danger: true,
      do: () => {
        const title = t(person ? 'chats.delete.ask' : 'chats.leave.ask', { name })
        const yes = t(person ? 'chats.delete' : 'chats.leave')
        void confirm({ title, yes, danger: true }).then((sure) => {
          if (sure) void attempt(() => actions.remove(chat))
        })
      },
    },
  ]
}

function Line({ dialog }: { dialog: Dialog }) {
  const typing = useComputed(() => typings.value.get(dialog.chat)).value
  if (typing !== undefined && typing.length > 0) {
    return <span class="chat-typing">{typingText(dialog, typing)}</span>
  }
  if (dialog.draft !== null && place.value?.chat !== dialog.chat) {
    return (
      <span dir="auto">
        <span class="chat-draft">{t('chats.draft')}</span> {dialog.draft.text}
      </span>
    )
  }
  const top = dialogs.value.tops.get(dialog.chat)
  if (top === undefined) return <span />
  const author = authorText(top)
  return (
    <span dir="auto">
      {author !== '' && <span class="chat-author">{author} </span>}
      {messageText(top)}
    </span>
  )
}

function Ticks({ dialog }: { dialog: Dialog }) {
  const top = dialogs.value.tops.get(dialog.chat)
  if (top === undefined || !top.out || top.service !== null || dialog.chat === self.value) return null
  const read = top.id <= dialog.readOutbox
  return <Icon name={read ? 'checks' : 'check'} label={t(read ? 'history.read' : 'history.sent')} />
}

function Badges({ dialog }: { dialog: Dialog }) {
  const muted = dialog.notify.mutedUntil > now()
  return (
    <span class="chat-badges">
      {dialog.mentions > 0 && (
        <span class="badge badge-mention" role="img" aria-label={t('chats.mentioned')}>
          @
        </span>
      )}
      {dialog.unread > 0 || dialog.marked ? (
        <span
          class={muted ? 'badge badge-muted' : 'badge'}
          role="img"
          aria-label={t('chats.unread.count', { n: dialog.unread || 1 })}
        >
          {dialog.unread > 0 ? dialog.unread : ''}
        </span>
      ) : (
        dialog.pinned && <Icon name="pin" label={t('chats.pinned')} />
      )}
    </span>
  )
}

export function ChatRow({ dialog }: { dialog: Dialog }) {
  const who = peer(dialog.chat).value
  const saved = dialog.chat === self.value
  const current = place.value?.chat === dialog.chat
  const muted = dialog.notify.mutedUntil > now()
  const menu = (event: TargetedMouseEvent<HTMLButtonElement>): void => {
    event.preventDefault()
    const { clientX: x, clientY: y } = event
    openMenu(x === 0 && y === 0 ? event.currentTarget : { x, y }, menuOf(dialog))
  }
  const online = who?.presence?.is === 'online' && who.presence.until > now() && who.bot !== true && !saved
  return (
    <li>
      <button
        type="button"
        class="chat-row"
        aria-current={current ? 'true' : undefined}
        onClick={() => openChat(dialog.chat)}
        onContextMenu={menu}
      >
        <span class={online ? 'chat-face online' : 'chat-face'}>
          <Avatar peer={who} size={54} saved={saved} />
        </span>
        <span class="chat-title">
          <span class="chat-name" dir="auto">
            {saved ? t('ui.saved') : nameOf(who)}
          </span>
          {who?.verified === true && <Icon name="select" label={t('chats.verified')} />}
          {muted && <Icon name="muted" label={t('chats.muted')} />}
        </span>
        <span class="chat-when">
          <Ticks dialog={dialog} />
          {dialog.date > 0 && <time>{brief(dialog.date, now())}</time>}
        </span>
        <span class="chat-line">
          <Line dialog={dialog} />
        </span>
        <Badges dialog={dialog} />
      </button>
    </li>
  )
}

/** The chats of the list (0) or the archive (1), or those that `of` takes from all. */
export function ChatList({ folder, of }: { folder: number; of?: ((all: Dialogs) => readonly Dialog[]) | undefined }) {
  const [busy, setBusy] = useState(true)
  const end = useRef<HTMLDivElement>(null)
  const rows = useComputed(() => listed(dialogs.value, folder)).value
  const shown = of === undefined ? rows : of(dialogs.value)
  useEffect(() => {
    void attempt(() => actions.loadChats(folder)).then(() => setBusy(false))
  }, [folder])
  useEffect(() => {
    const element = end.current
    if (element === null) return
    const watcher = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) void attempt(() => actions.loadChats(folder))
    })
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [folder, rows.length])
  return (
    <div class="chat-list">
      {shown.length === 0 && !busy && (
        <Empty icon="comment" title={t('chats.empty')} note={t('chats.empty.note')} />
      )}
      {shown.length === 0 && busy && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      <ul>
        {shown.map((dialog) => (
          <ChatRow key={dialog.chat} dialog={dialog} />
        ))}
      </ul>
      <div ref={end} />
    </div>
  )
}
