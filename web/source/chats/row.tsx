/** A chat in the list: who, the newest message in a line, what is unread. */

import { useComputed } from '@preact/signals'
import type { TargetedMouseEvent } from 'preact'

import type { Dialog } from '../model/types.ts'
import { openChat, place } from '../nav.ts'
import { dialogs, peer, self, typings } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { brief, short } from '../ui/times.ts'
import { t } from '../words.ts'
import { menuOf } from './row_menu.ts'
import { authorText, cut, messageText, typingText } from './summary.ts'

const now = (): number => Date.now() / 1000

function Line({ dialog }: { dialog: Dialog }) {
  const typing = useComputed(() => typings.value.get(dialog.chat)).value
  const top = useComputed(() => dialogs.value.tops.get(dialog.chat)).value
  if (typing !== undefined && typing.length > 0) {
    return <span class="chat-typing">{typingText(dialog, typing)}</span>
  }
  if (dialog.draft !== null && dialog.draft.text !== '' && place.value?.chat !== dialog.chat) {
    return (
      <span dir="auto">
        <span class="chat-draft">{t('chats.draft')}</span> {cut(dialog.draft.text)}
      </span>
    )
  }
  if (top === undefined) return <span />
  const author = authorText(top)
  return (
    <span dir="auto">
      {author !== '' && <bdi class="chat-author">{author} </bdi>}
      {cut(messageText(top))}
    </span>
  )
}

function Ticks({ dialog }: { dialog: Dialog }) {
  const top = useComputed(() => dialogs.value.tops.get(dialog.chat)).value
  if (top === undefined || !top.out || top.service !== null || dialog.chat === self.value) return null
  const read = top.id <= dialog.readOutbox
  return <Icon name={read ? 'checks' : 'check'} label={t(read ? 'history.read' : 'history.sent')} />
}

function Badges({ dialog }: { dialog: Dialog }) {
  const muted = dialog.notify.mutedUntil > now()
  const { unread, marked, mentions, reactions, pinned } = dialog
  const label = unread > 0 ? t('chats.unread.count', { n: unread }) : t('chats.unread.marked')
  return (
    <span class="chat-badges">
      {reactions > 0 && (
        <span class="badge badge-sign" role="img" aria-label={t('chats.reacted')}>
          <Icon name="heart" />
        </span>
      )}
      {mentions > 0 && (
        <span class="badge badge-sign" role="img" aria-label={t('chats.mentioned')}>
          <Icon name="at" />
        </span>
      )}
      {unread > 0 || marked ? (
        <span class={muted ? 'badge badge-muted' : 'badge'} role="img" aria-label={label}>
          {unread > 0 ? short(unread) : ''}
        </span>
      ) : (
        pinned && mentions === 0 && reactions === 0 && <Icon name="pin" label={t('chats.pinned')} />
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
    <button
      type="button"
      class="chat-row"
      data-chat={dialog.chat}
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
  )
}

/** Rows that stand for chats that are still being read. */
export function Skeletons({ count }: { count: number }) {
  return (
    <div class="skeletons" role="status" aria-label={t('ui.loading')}>
      {Array.from({ length: count }, (_, at) => (
        <div key={at} class="chat-row skeleton" aria-hidden="true">
          <span class="chat-face" />
          <span class="chat-title" />
          <span class="chat-line" />
        </div>
      ))}
    </div>
  )
}
