/** Choosing where messages are forwarded to; the field of that chat then offers to send them. */

import { pickPlace } from '../chats/picker.tsx'
import { forward } from '../compose/outbox.ts'
import { begin } from '../compose/state.ts'
import type { Message } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { self } from '../store.ts'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

export function chooseTarget(messages: readonly Message[]): void {
  pickPlace(t('history.forward.to'), ({ chat, top }) => {
    begin({ is: 'forward', messages, hidden: false })
    openChat(chat, { top })
  })
}

/** Keep messages in Saved Messages. */
export function forwardToSaved(messages: readonly Message[]): void {
  const saved = self.peek()
  void attempt(async () => {
    await forward(messages, { chat: saved, top: 0, hidden: false, silent: false, schedule: 0 })
    say(t('history.saved'), { label: t('history.show'), do: () => openChat(saved) })
  })
}
