/** Choosing the chat that messages are forwarded to. */

import { call, inputPeer } from '../api.ts'
import { pickChat } from '../chats/picker.tsx'
import type { Message, PeerId } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

/** Forward messages of one chat to another. */
export async function forward(messages: readonly Message[], to: PeerId, top = 0): Promise<void> {
  const [first] = messages as [Message]
  const randomId = [...crypto.getRandomValues(new BigInt64Array(messages.length))]
  await call({
    _: 'messages.forwardMessages',
    fromPeer: inputPeer(first.chat),
    id: messages.map(({ id }) => id),
    randomId,
    toPeer: inputPeer(to),
    ...(top === 0 ? {} : { topMsgId: top }),
  })
}

export function chooseTarget(messages: readonly Message[]): void {
  pickChat(t('history.forward'), (chat) => {
    void attempt(async () => {
      await forward(messages, chat)
      openChat(chat)
    })
  })
}
