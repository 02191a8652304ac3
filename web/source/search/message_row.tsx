/** A message as a line of a list: who, when, its words with what was searched for marked, a small picture. */

import type { ComponentChildren, TargetedMouseEvent } from 'preact'

import { messageText } from '../chats/summary.ts'
import { jump } from '../history/jump.ts'
import { hasThumbnail, Thumbnail } from '../media/small_photo.tsx'
import type { Message } from '../model/types.ts'
import { back } from '../nav.ts'
import { peer, self } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { tamed } from '../ui/bidi.ts'
import { brief, dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { excerpt, marked } from './marking.ts'

const OVER = '(max-width: 1100px)' // where a panel lies over the conversation

/** Go to a message; a panel that lies over the conversation is closed first. */
export function goTo(message: Message): void {
  if (matchMedia(OVER).matches) void back()
  jump(message.chat, message.id)
}

function Marked({ text, query }: { text: string; query: string }) {
  return (
    <>
      {marked(text, query).map(({ text: piece, hit }, at) => (hit ? <mark key={at}>{piece}</mark> : piece))}
    </>
  )
}

interface MessageRowProps {
  message: Message
  query?: string
  chat?: boolean // the chat stands first, not the sender
  current?: boolean
  when?: string // in place of its date
  onPress: (event: TargetedMouseEvent<HTMLButtonElement>) => void
  after?: ComponentChildren
}

export function MessageRow({ message, query = '', chat = false, current = false, when, onPress, after }: MessageRowProps) {
  const where = peer(message.chat).value
  const from = peer(message.from).value
  const saved = message.chat === self.value
  const face = chat ? where : from
  const group = where?.kind === 'group' || where?.kind === 'supergroup'
  return (
    <button type="button" class="message-row" aria-current={current ? 'true' : undefined} onClick={onPress}>
      <Avatar peer={face} size={42} saved={chat && saved} />
      <span class="message-row-words">
        <span class="message-row-head">
          <span class="message-row-name" dir="auto">
            {chat && saved ? t('ui.saved') : nameOf(face)}
          </span>
          <time title={dateAndTime(message.date)}>{when ?? brief(message.date, Date.now() / 1000)}</time>
        </span>
        <span class="message-row-text" dir="auto">
          {chat && group && <span class="chat-author">{nameOf(from)}: </span>}
          <Marked text={excerpt(tamed(messageText(message)), query)} query={query} />
        </span>
      </span>
      {hasThumbnail(message) && <Thumbnail message={message} class="quote-photo" />}
      {after}
    </button>
  )
}
