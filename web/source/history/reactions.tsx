/** The reactions under a message: a press adds one's own or takes it back. */

import type { ComponentChildren } from 'preact'

import type { Message } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { short } from '../ui/times.ts'
import { t } from '../words.ts'
import { react } from './message_actions.ts'

/** `children`: what ends their line. */
export function Reactions({ message, children }: { message: Message; children: ComponentChildren }) {
  if (message.reactions.length === 0) return <>{children}</>
  const names = (fresh: boolean | undefined): string => (fresh === true ? 'reaction fresh' : 'reaction')
  return (
    <div class="reactions" role="group" aria-label={t('history.reactions')}>
      {message.reactions.map(({ key, count, chosen, fresh }) => (
        <button
          key={key}
          type="button"
          class={names(fresh)}
          aria-pressed={chosen}
          aria-label={t('history.reaction', { key, n: count })}
          onClick={(event) => {
            event.stopPropagation()
            react(message, key)
          }}
          onContextMenu={(event) => {
            event.preventDefault()
            event.stopPropagation()
            openPanel('right', { name: 'reactions', chat: message.chat, id: message.id })
          }}
        >
          <span aria-hidden="true">{key.startsWith('custom:') ? '★' : key}</span>
          <span aria-hidden="true">{short(count)}</span>
        </button>
      ))}
      {children}
    </div>
  )
}
