/** What comes while a conversation is open: messages of others are said to who listens, one's own are shown. */

import { useEffect, useRef } from 'preact/hooks'

import { messageText } from '../chats/summary.ts'
import { belongs } from '../model/history.ts'
import type { Place } from '../nav.ts'
import { history, peer, watch } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { clock } from '../ui/times.ts'
import { t } from '../words.ts'

interface Hearing {
  said: (sentence: string) => void // of a message that came
  mine: () => void // I wrote something
}

export function useNews({ chat, top }: Place, hearing: Hearing): void {
  const now = useRef(hearing)
  now.current = hearing
  useEffect(
    () =>
      watch((event) => {
        if (event.type !== 'message' || !event.fresh) return
        const { message } = event
        if (!belongs(history(chat, top).peek(), message)) return
        if (message.id < 0) now.current.mine()
        else if (!message.out) {
          const name = nameOf(peer(message.from).peek())
          now.current.said(t('history.says', { name, text: messageText(message), time: clock(message.date) }))
        }
      }),
    [chat, top],
  )
}
