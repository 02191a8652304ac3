/** The pinned message over the conversation: a press goes to it, and then the one pinned before it is offered. */

import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'

import { messageText } from '../chats/summary.ts'
import { hasThumbnail, Thumbnail } from '../media/small_photo.tsx'
import { openPanel, type Place } from '../nav.ts'
import { tamed } from '../ui/bidi.ts'
import { IconButton } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { jump } from './jump.ts'
import { mayPin } from './may.ts'
import { askToPin } from './pinning.tsx'
import { pinsOf } from './pins.ts'

const MARKS_MAX = 4 // strokes beside the text, as many as pinned messages up to this

const hidden = signal<ReadonlySet<string>>(new Set()) // bars put away, until the page is loaded anew

export function PinnedBar({ place }: { place: Place }) {
  const { chat, top } = place
  const messages = pinsOf(chat, top).value
  const [at, setAt] = useState(0)
  useEffect(() => setAt(0), [chat, top, messages[0]?.id])
  const message = messages[at] ?? messages[0]
  const key = `${chat}/${message?.id}`
  if (message === undefined || (messages.length === 1 && hidden.value.has(key))) return null
  const several = messages.length > 1
  const title = several
    ? t('history.pinned.count', { at: messages.length - at, n: messages.length })
    : t('history.pinned')
  const away = (): void => {
    if (mayPin(message)) askToPin(message, false)
    else hidden.value = new Set(hidden.peek()).add(key)
  }
  const marks = Math.min(MARKS_MAX, messages.length)
  const lit = marks - 1 - Math.floor((at * marks) / messages.length)
  return (
    <div class="pinned-bar">
      <button
        type="button"
        class="pinned-message"
        onClick={() => {
          jump(chat, message.id)
          setAt((at + 1) % messages.length)
        }}
      >
        <span class="pinned-marks" aria-hidden="true">
          {Array.from({ length: marks }, (_, mark) => (
            <span key={mark} class={mark === lit ? 'lit' : ''} />
          ))}
        </span>
        {hasThumbnail(message) && <Thumbnail message={message} class="quote-photo" />}
        <span class="quote-words">
          <span class="quote-name">{title}</span>
          <span class="quote-text" dir="auto">
            {tamed(messageText(message))}
          </span>
        </span>
      </button>
      {several ? (
        <IconButton icon="pin" label={t('history.pinned.all')} onPress={() => openPanel('right', { name: 'pinned', chat, top })} />
      ) : (
        <IconButton icon="close" label={t(mayPin(message) ? 'history.unpin' : 'history.pinned.hide')} onPress={away} />
      )}
    </div>
  )
}
