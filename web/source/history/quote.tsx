/** What a message answers to, as a stripe over its words: who, their words or the quoted part, and a small picture. */

import { mediaText, messageText } from '../chats/summary.ts'
import { hasThumbnail, Thumbnail } from '../media/small_photo.tsx'
import type { Message, Reply } from '../model/types.ts'
import { place } from '../nav.ts'
import { peer } from '../store.ts'
import { colourOf, nameOf } from '../ui/avatar.tsx'
import { tamed } from '../ui/bidi.ts'
import { Icon } from '../ui/icons.tsx'
import { t } from '../words.ts'
import { jump } from './jump.ts'
import { answered } from './replied.ts'

function wordsOf(reply: Reply, message: Message | null | undefined): string {
  if (reply.quote !== '') return reply.quote
  if (message === undefined) return t('ui.loading')
  if (message !== null) return messageText(message)
  if (reply.media != null) return mediaText(reply.media)
  return t('history.deleted.message')
}

export function Quote({ message }: { message: Message }) {
  const { reply } = message
  if (reply === null || (reply.id === 0 && reply.quote === '' && reply.origin === undefined)) return null
  if (reply.id !== 0 && reply.id === place.value?.top) return null // the head of the open thread stands above
  return <QuoteOf message={message} reply={reply} />
}

function QuoteOf({ message, reply }: { message: Message; reply: Reply }) {
  const found = reply.id === 0 ? null : answered(reply.chat, reply.id).value
  const from = found?.from ?? reply.origin?.from ?? 0
  const who = peer(from).value
  const name = who === undefined ? (reply.origin?.name ?? '') : nameOf(who)
  const pictured = found ?? (reply.media == null ? null : { media: reply.media })
  const reachable = reply.id > 0 && found !== null && peer(reply.chat).value !== undefined
  return (
    <button
      type="button"
      class={`quote colour-${colourOf(from)}`}
      disabled={!reachable}
      aria-label={`${t('history.answers', { name })}: ${wordsOf(reply, found)}`}
      onClick={(event) => {
        event.stopPropagation()
        jump(reply.chat, reply.id, message)
      }}
    >
      {pictured !== null && hasThumbnail(pictured) && <Thumbnail message={pictured} class="quote-photo" />}
      <span class="quote-words">
        {(name !== '' || found === undefined) && (
          <span class="quote-name" dir="auto">
            {name || '\u00A0'}
          </span>
        )}{' '}
        <span class={reply.quote === '' ? 'quote-text' : 'quote-text quote-part'} dir="auto">
          {tamed(wordsOf(reply, found))}
        </span>
      </span>
      {reply.quote !== '' && <Icon name="quote" />}
    </button>
  )
}
