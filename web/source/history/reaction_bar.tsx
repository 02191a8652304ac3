/** The row of quick reactions over the menu of a message. */

import { signal } from '@preact/signals'

import { call } from '../api.ts'
import type { Message } from '../model/types.ts'
import { closeMenu } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { react } from './message_actions.ts'

const SHOWN = 7 // reactions in the row

const offered = signal<readonly string[]>([])
let asked = false

/** Learn once which reactions this server knows. */
function learn(): void {
  if (asked) return
  asked = true
  void call({ _: 'messages.getAvailableReactions', hash: 0 }).then(
    (answer) => {
      if (answer._ !== 'messages.availableReactions') return
      offered.value = answer.reactions.filter(({ inactive }) => inactive !== true).map((one) => one.reaction)
    },
    () => {
      asked = false
    },
  )
}

export function ReactionBar({ message }: { message: Message }) {
  learn()
  if (message.id < 0 || message.service !== null || offered.value.length === 0) return null
  return (
    <div class="reaction-bar" role="group" aria-label={t('history.actions')}>
      {offered.value.slice(0, SHOWN).map((key) => (
        <button
          key={key}
          type="button"
          aria-label={key}
          onClick={() => {
            closeMenu()
            react(message, key)
          }}
        >
          {key}
        </button>
      ))}
    </div>
  )
}
