/** One message, or one album, as a bubble. */

import type { TargetedMouseEvent, TargetedEvent } from 'preact'
import { memo } from 'preact/compat'

import { MediaView } from '../media/view.tsx'
import type { Dialog, Message } from '../model/types.ts'
import { messageOf, peer } from '../store.ts'
import { colourOf, Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { clock, dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { messageText } from '../chats/summary.ts'
import { openPeer } from './links.ts'
import { menuOf } from './menu.ts'
import { jump } from './jump.ts'
import { onlyEmoji, Text } from './text.tsx'
import { react, retry } from './message_actions.ts'
import { ReactionBar } from './reaction_bar.tsx'
import { openComments } from './comments.ts'

export interface BubbleProps {
  parts: readonly Message[]
  first: boolean // of a run of one sender
  last: boolean
  named: boolean // the sender is written over it
  readOutbox: Dialog['readOutbox']
  highlighted: boolean
}

function Quote({ message }: { message: Message }) {
  const { reply } = message
  if (reply === null || (reply.id === 0 && reply.quote === '')) return null
  const answered = messageOf(reply.chat, reply.id)
  const who = peer(answered?.from ?? 0).value
  const text = reply.quote || (answered === undefined ? t('history.deleted.message') : messageText(answered))
  return (
    <button type="button" class={`quote colour-${colourOf(who?.id ?? 0)}`} onClick={() => jump(reply.chat, reply.id)}>
      {who !== undefined && (
        <span class="quote-name" dir="auto">
          {nameOf(who)}
        </span>
      )}
      <span class="quote-text" dir="auto">
        {text}
      </span>
    </button>
  )
}

function Forwarded({ message }: { message: Message }) {
  const { forward } = message
  const who = peer(forward?.from ?? 0).value
  if (forward === null) return null
  const name = who === undefined ? forward.name : nameOf(who)
  return (
    <div class="forwarded" dir="auto">
      {who === undefined ? (
        t('history.forwarded', { name })
      ) : (
        <button type="button" class="inline-link" onClick={() => openPeer(who.id)}>
          {t('history.forwarded', { name })}
        </button>
      )}
    </div>
  )
}

function State({ message, readOutbox }: { message: Message; readOutbox: number }) {
  if (!message.out || message.service !== null) return null
  if (message.sending === 'failed') return <Icon name="warning" label={t('history.failed')} />
  if (message.sending === 'waiting') return <Icon name="clock" label={t('history.sending')} />
  const read = message.id <= readOutbox
  return <Icon name={read ? 'checks' : 'check'} label={t(read ? 'history.read' : 'history.sent')} />
}

function Meta({ message, readOutbox }: { message: Message; readOutbox: number }) {
  return (
    <span class="meta">
      {message.pinned && <Icon name="pin" label={t('history.pinned')} />}
      {message.views > 0 && (
        <span class="meta-views" title={t('history.views', { n: message.views })}>
          <Icon name="eye" label={t('history.views', { n: message.views })} />
          <span aria-hidden="true">{message.views}</span>
        </span>
      )}
      {message.signature !== '' && <span dir="auto">{message.signature}</span>}
      {message.edited > 0 && <span>{t('history.edited')}</span>}
      <time dateTime={new Date(message.date * 1000).toISOString()} title={dateAndTime(message.date)}>
        {clock(message.date)}
      </time>
      <State message={message} readOutbox={readOutbox} />
    </span>
  )
}

function Reactions({ message }: { message: Message }) {
  if (message.reactions.length === 0) return null
  return (
    <div class="reactions">
      {message.reactions.map(({ key, count, chosen }) => (
        <button
          key={key}
          type="button"
          class="reaction"
          aria-pressed={chosen}
          aria-label={t('history.reaction', { key, n: count })}
          onClick={() => react(message, key)}
        >
          <span aria-hidden="true">{key.startsWith('custom:') ? '★' : key}</span>
          <span aria-hidden="true">{count}</span>
        </button>
      ))}
    </div>
  )
}

function Comments({ message }: { message: Message }) {
  const { comments } = message
  if (comments === null) return null
  return (
    <button type="button" class="comments" onClick={() => openComments(message)}>
      <Icon name="comment" />
      <span>{comments.count === 0 ? t('history.comment') : t('history.comments', { n: comments.count })}</span>
      {comments.unread && <span class="dot" />}
      <Icon name="forwardArrow" />
    </button>
  )
}

/** The message of an album that carries its words: the first that has any. */
function spoken(parts: readonly Message[]): Message {
  return parts.find(({ text }) => text !== '') ?? (parts[0] as Message)
}

function menu(event: TargetedEvent<HTMLElement, Event>, parts: readonly Message[]): void {
  if (getSelection()?.isCollapsed === false) return // a marked text has the browser's own menu
  event.preventDefault()
  const mouse = event as unknown as TargetedMouseEvent<HTMLElement>
  const at = mouse.clientX > 0 ? { x: mouse.clientX, y: mouse.clientY } : event.currentTarget
  openMenu(at, menuOf(parts), <ReactionBar message={parts[0] as Message} />)
}

function shape({ parts, first, last, highlighted }: BubbleProps): string {
  const [head] = parts as [Message]
  const words = spoken(parts)
  const names = ['message', head.out ? 'out' : 'in']
  if (first) names.push('first')
  if (last) names.push('last')
  if (highlighted) names.push('highlighted')
  if (words.media === null && head.reply === null && onlyEmoji(words.text)) names.push('emoji-only')
  if (head.media?.is === 'document' && head.media.document.kind === 'sticker') names.push('bare')
  if (head.media?.is === 'document' && head.media.document.kind === 'round') names.push('bare')
  if (head.media?.is === 'photo' || parts.length > 1) names.push('with-picture')
  if (head.media?.is === 'document' && ['video', 'gif'].includes(head.media.document.kind)) names.push('with-picture')
  return names.join(' ')
}

function BubbleView(props: BubbleProps) {
  const { parts, first, last, named, readOutbox } = props
  const [head] = parts as [Message]
  const tail = parts.at(-1) as Message
  const words = spoken(parts)
  const who = peer(head.from).value
  const shown = named && !head.out
  return (
    <article
      class={shape(props)}
      data-id={tail.id}
      tabIndex={-1}
      aria-label={t('history.says', { name: nameOf(who), text: messageText(words), time: clock(tail.date) })}
      onContextMenu={(event) => menu(event, parts)}
    >
      {shown && (
        <span class="message-face">
          {last && (
            <button type="button" tabIndex={-1} aria-label={nameOf(who)} onClick={() => openPeer(head.from)}>
              <Avatar peer={who} size={34} />
            </button>
          )}
        </span>
      )}
      <div class="bubble">
        {shown && first && (
          <button
            type="button"
            class={`sender colour-${colourOf(head.from)}`}
            dir="auto"
            onClick={() => openPeer(head.from)}
          >
            {nameOf(who)}
          </button>
        )}
        <Forwarded message={head} />
        <Quote message={head} />
        {parts.some(({ media }) => media !== null && media.is !== 'page') && <MediaView parts={parts} />}
        {words.text !== '' && (
          <div class="text" dir="auto">
            <Text text={words.text} entities={words.entities} />
          </div>
        )}
        {words.media?.is === 'page' && <MediaView parts={[words]} />}
        <Reactions message={head} />
        <Meta message={tail} readOutbox={readOutbox} />
        <Comments message={head} />
        {head.sending === 'failed' && (
          <button type="button" class="retry" onClick={() => retry(head)}>
            {head.trouble ?? t('history.failed')} · {t('history.retry')}
          </button>
        )}
      </div>
    </article>
  )
}

/** Drawn anew only when something of it changed. */
export const Bubble = memo(BubbleView, (was: BubbleProps, is: BubbleProps) => {
  const same = was.parts.length === is.parts.length && was.parts.every((one, at) => one === is.parts[at])
  return (
    same &&
    was.first === is.first &&
    was.last === is.last &&
    was.named === is.named &&
    was.highlighted === is.highlighted &&
    (was.readOutbox === is.readOutbox || !(was.parts[0] as Message).out)
  )
})
