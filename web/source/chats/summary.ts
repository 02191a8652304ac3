/** What the row of a chat says about its newest message, in one line. */

import { peer, self } from '../store.ts'
import type { Dialog, Media, Message, Typing } from '../model/types.ts'
import { nameOf } from '../ui/avatar.tsx'
import { tamed } from '../ui/bidi.ts'
import { t } from '../words.ts'
import { serviceText } from '../history/service.ts'

const LINE_CHARS = 160 // of a message that a line can show
const AUTHOR_CHARS = 22 // of a name before a message, so that something of the message is seen

export function mediaText(media: Media): string {
  switch (media.is) {
    case 'photo':
      return t('chats.photo')
    case 'document': {
      const { kind, name, emoji } = media.document
      if (kind === 'sticker') return t('chats.sticker', { emoji: emoji ?? '' })
      if (kind === 'file') return name || t('chats.file')
      return t(`chats.${kind}`)
    }
    case 'poll':
      return t('chats.poll', { question: media.poll.question })
    case 'contact':
      return t('chats.contact')
    case 'place':
      return t('chats.place')
    case 'dice':
      return media.emoji
    case 'page':
      return ''
    case 'unknown':
      return t('chats.unknown')
  }
}

/** Return a message as one line of plain text. */
export function messageText(message: Message): string {
  if (message.service !== null) return serviceText(message)
  const { media, text } = message
  const shown = hideSpoilers(message)
  if (media === null || media.is === 'page') return shown
  const said = mediaText(media)
  return text === '' ? said : `${said}, ${shown}`
}

function hideSpoilers({ text, entities }: Message): string {
  let shown = text
  for (const { type, offset, length } of entities) {
    if (type !== 'spoiler') continue
    shown = shown.slice(0, offset) + '▒'.repeat(length) + shown.slice(offset + length)
  }
  return shown.replace(/\s+/gu, ' ')
}

/** Return as much of a text as a line can show; a text may be very long. */
export function cut(text: string): string {
  return tamed(text.length > LINE_CHARS ? text.slice(0, LINE_CHARS).replace(/[\uD800-\uDBFF]$/u, '') : text)
}

/** Return who wrote the newest message, where the row should say so; '' where it is clear. */
export function authorText(message: Message): string {
  if (message.service !== null || message.chat === self.value) return ''
  if (message.out && message.from === self.value) return t('chats.you')
  const where = peer(message.chat).value
  if (where?.kind !== 'group' && where?.kind !== 'supergroup') return ''
  const from = peer(message.from).value
  const name = [...(from?.first || nameOf(from))]
  return `${name.length > AUTHOR_CHARS ? `${name.slice(0, AUTHOR_CHARS).join('')}…` : name.join('')}:`
}

export function typingText(dialog: Pick<Dialog, 'chat'>, typing: readonly Typing[]): string {
  if (dialog.chat > 0) {
    const action = typing[0]?.action ?? 'typing'
    return action === 'typing' ? t('chats.typing') : t(`chats.typing.${action as 'voice'}`)
  }
  const [first] = typing
  if (typing.length > 1 || first === undefined) return t('chats.typing.some', { n: typing.length })
  return t('chats.typing.one', { name: peer(first.user).value?.first ?? '' })
}
