/** What the field is about, over it: the message that is answered or edited, those to be forwarded. */

import { messageText } from '../chats/summary.ts'
import { jump } from '../history/jump.ts'
import { hasThumbnail, Thumbnail } from '../media/small_photo.tsx'
import type { Message } from '../model/types.ts'
import { peer } from '../store.ts'
import { colourOf, nameOf } from '../ui/avatar.tsx'
import { tamed } from '../ui/bidi.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { IconButton } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { begin, type Task, task } from './state.ts'

interface Said {
  icon: IconName
  title: string
  text: string
  message: Message
}

function sendersOf(messages: readonly Message[]): string {
  const names = new Set(messages.map(({ forward, from }) => forward?.name || nameOf(peer(forward?.from || from).value)))
  return [...names].join(', ')
}

function saidOf(now: Exclude<Task, { is: 'write' }>): Said {
  if (now.is === 'forward') {
    const [first] = now.messages as [Message]
    const title = t('compose.forwarding', { n: now.messages.length })
    const text = now.hidden ? t('compose.forward.hidden') : t('compose.forward.from', { names: sendersOf(now.messages) })
    return { icon: 'forward', title, text, message: first }
  }
  const { message } = now
  if (now.is === 'edit') return { icon: 'pencil', title: t('compose.editing'), text: messageText(message), message }
  const name = nameOf(peer(message.from).value)
  if (now.quote !== null) {
    return { icon: 'quote', title: t('compose.quoting', { name }), text: now.quote.text, message }
  }
  return { icon: 'reply', title: t('compose.replying', { name }), text: messageText(message), message }
}

function ForwardOptions({ now }: { now: Extract<Task, { is: 'forward' }> }) {
  return (
    <IconButton
      icon="more"
      label={t('compose.forward.options')}
      onPress={(event) =>
        openMenu(event.currentTarget, [
          {
            icon: now.hidden ? 'person' : 'veil',
            label: t(now.hidden ? 'compose.forward.show' : 'compose.forward.hide'),
            do: () => begin({ ...now, hidden: !now.hidden }),
          },
        ])
      }
    />
  )
}

export function TaskBar({ cancel }: { cancel: () => void }) {
  const now = task.value
  if (now.is === 'write') return null
  const { icon, title, text, message } = saidOf(now)
  const colour = now.is === 'reply' ? `colour-${colourOf(message.from)}` : ''
  return (
    <div class={`compose-task ${colour}`}>
      <Icon name={icon} />
      {now.is !== 'forward' && hasThumbnail(message) && <Thumbnail message={message} class="quote-photo" />}
      <button
        type="button"
        class="compose-task-text"
        disabled={now.is === 'forward'}
        onClick={() => jump(message.chat, message.id)}
      >
        <span class="quote-name" dir="auto">
          {title}
        </span>
        <span class="quote-text" dir="auto">
          {tamed(text)}
        </span>
      </button>
      {now.is === 'forward' && <ForwardOptions now={now} />}
      <IconButton icon="close" label={t('compose.cancel')} onPress={cancel} />
    </div>
  )
}
