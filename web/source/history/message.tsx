/** One message, or one album, as a bubble. What is done with it by mouse, finger or key is in `gestures.ts`. */

import { memo } from 'preact/compat'

import { messageText } from '../chats/summary.ts'
import { MediaView } from '../media/view.tsx'
import type { Dialog, Message } from '../model/types.ts'
import { useBots } from '../bots/door.ts'
import { saveText } from '../media/downloads.ts'
import { Appeal } from '../receipts/appeal.tsx'
import { isDecision, receiptIn } from '../receipts/finding.ts'
import { Receipt } from '../receipts/receipt.tsx'
import { peer } from '../store.ts'
import { colourOf, Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { clock } from '../ui/times.ts'
import { t } from '../words.ts'
import { openComments } from './comments.ts'
import { jump } from './jump.ts'
import { openPeer } from './links.ts'
import { retry } from './message_actions.ts'
import { Meta } from './meta.tsx'
import { Quote } from './quote.tsx'
import { Reactions } from './reactions.tsx'
import { spoken } from './rows.ts'
import { Text } from './text.tsx'
import { onlyEmoji } from './text_rules.ts'

export interface BubbleProps {
  parts: readonly Message[]
  first: boolean // of a run of one sender
  last: boolean
  named: boolean // the sender is written over it
  readOutbox: Dialog['readOutbox']
  highlighted: boolean
  selected: boolean | null // null: nothing is being selected
}

function Forwarded({ message }: { message: Message }) {
  const { forward } = message
  const who = peer(forward?.from ?? 0).value
  if (forward === null) return null
  const name = who === undefined ? forward.name : nameOf(who)
  const open = (): void => {
    if (who === undefined) return
    if (forward.post > 0) jump(who.id, forward.post)
    else openPeer(who.id)
  }
  return (
    <div class="forwarded" dir="auto">
      {who === undefined ? (
        t('history.forwarded', { name })
      ) : (
        <button type="button" class="inline-link" onClick={open}>
          {t('history.forwarded', { name })}
        </button>
      )}
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

function kindOf({ media }: Message): string {
  if (media?.is === 'photo') return 'with-picture'
  if (media?.is === 'poll') return 'with-poll'
  if (media?.is === 'dice') return 'bare'
  if (media?.is !== 'document') return ''
  const { kind } = media.document
  if (kind === 'sticker' || kind === 'round') return 'bare'
  return kind === 'video' || kind === 'gif' ? 'with-picture' : ''
}

function shape({ parts, first, last, highlighted, selected }: BubbleProps): string {
  const [head] = parts as [Message]
  const words = spoken(parts)
  const names = ['message', head.out ? 'out' : 'in', kindOf(head)]
  if (first) names.push('first')
  if (last) names.push('last')
  if (highlighted) names.push('highlighted')
  if (selected !== null) names.push(selected ? 'selecting selected' : 'selecting')
  if (words.media === null && head.reply === null && onlyEmoji(words.text)) names.push('emoji-only')
  if (words.text === '') names.push('wordless')
  return names.filter((name) => name !== '').join(' ')
}

/** The sentence a screen reader says of a message. */
function said(parts: readonly Message[]): string {
  const words = spoken(parts)
  const tail = parts.at(-1) as Message
  return t('history.says', { name: nameOf(peer(words.from).value), text: messageText(words), time: clock(tail.date) })
}

function Face({ from, shown }: { from: Message['from']; shown: boolean }) {
  const who = peer(from).value
  if (!shown) return <span class="message-face" />
  return (
    <span class="message-face">
      <button type="button" tabIndex={-1} aria-label={nameOf(who)} onClick={() => openPeer(from)}>
        <Avatar peer={who} size={34} />
      </button>
    </span>
  )
}

function Sender({ head }: { head: Message }) {
  const who = peer(head.from).value
  const via = peer(head.bot).value
  return (
    <span class={`sender colour-${colourOf(head.from)}`}>
      <button type="button" dir="auto" onClick={() => openPeer(head.from)}>
        {nameOf(who)}
      </button>
      {via !== undefined && <span class="via">{t('history.via', { name: `@${via.username}` })}</span>}
    </span>
  )
}

/** The buttons that a bot put under its message. */
function Buttons({ message }: { message: Message }) {
  const bots = useBots(true)
  return bots && <bots.KeyboardView message={message} />
}

const RECEIPT_NAME = 'receipt.tlog-proof'

function BubbleView(props: BubbleProps) {
  const { parts, first, last, named, readOutbox, selected } = props
  const [head] = parts as [Message]
  const tail = parts.at(-1) as Message
  const words = spoken(parts)
  const shown = named && !head.out
  const receipt = receiptIn(words.text)
  return (
    <article class={shape(props)} data-id={tail.id} tabIndex={-1} aria-label={said(parts)}>
      {selected !== null && (
        <span class="select-mark" role="checkbox" aria-checked={selected} aria-label={t('history.select')}>
          {selected && <Icon name="check" />}
        </span>
      )}
      {shown && <Face from={head.from} shown={last} />}
      <div class="message-body">
        <div class="bubble">
          {shown && first && <Sender head={head} />}
          <Forwarded message={head} />
          <Quote message={head} />
          {parts.some(({ media }) => media !== null && media.is !== 'page') && <MediaView parts={parts} />}
          {words.text !== '' && (
            <div class="text" dir="auto">
              <Text text={words.text} entities={words.entities} />
            </div>
          )}
          {receipt !== null && <Receipt read={() => Promise.resolve(receipt)} save={() => saveText(receipt, RECEIPT_NAME)} />}
          {isDecision(words) && <Appeal letter={words} />}
          {words.media?.is === 'page' && <MediaView parts={[words]} />}
          <Reactions message={head}>
            <Meta message={tail} readOutbox={readOutbox} />
          </Reactions>
          <Comments message={head} />
          {head.sending === 'failed' && (
            <button type="button" class="retry" onClick={() => retry(head)}>
              {head.trouble ?? t('history.failed')} · {t('history.retry')}
            </button>
          )}
        </div>
        {head.markup !== null && <Buttons message={head} />}
      </div>
    </article>
  )
}

/** Drawn anew only when something of it changed. */
export const Bubble = memo(BubbleView, (was: BubbleProps, is: BubbleProps) => {
  const same = was.parts.length === is.parts.length && was.parts.every((one, at) => one === is.parts[at])
  const read = (id: number, upTo: number): boolean => id <= upTo
  const { id, out } = is.parts.at(-1) as Message
  return (
    same &&
    was.first === is.first &&
    was.last === is.last &&
    was.named === is.named &&
    was.highlighted === is.highlighted &&
    was.selected === is.selected &&
    (!out || read(id, was.readOutbox) === read(id, is.readOutbox))
  )
})
