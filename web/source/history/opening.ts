/** What a place needs before its messages are shown: the page around what is unread, a message one goes to, or the newest. */

import { useEffect, useState } from 'preact/hooks'

import { isOnline, restoreChat } from '../kept/keeping.ts'
import type { PeerId } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { dialogs, forums, history, watch } from '../store.ts'
import { attempt } from '../ui/refusals.ts'
import * as actions from './actions.ts'
import { wanted } from './jump.ts'

const UNREAD_FEW = 20 // unread messages that the newest page shows along with what was read before them

interface Plan {
  load: (() => Promise<void>) | null // null: all that is needed is here
  unreadAfter: number // the last message that had been read; 0: all were
}

function planFor({ chat, top, at }: Place): Plan {
  const read = top === 0 ? dialogs.peek().byChat.get(chat) : forums.peek().get(chat)?.byId.get(top)
  const unread = read?.unread ?? 0
  const unreadAfter = unread > 0 ? (read?.readInbox ?? 0) : 0
  const window = history(chat, top).peek()
  const load = (): Plan['load'] => {
    if (!isOnline() && !window.known) return () => restored(chat, top)
    if (at !== 0) return window.messages.has(at) ? null : () => actions.loadAround(chat, top, at)
    if (unread > UNREAD_FEW) {
      return window.messages.has(unreadAfter) ? null : () => actions.loadAround(chat, top, unreadAfter)
    }
    return window.known && (window.end || unread === 0) ? null : () => actions.loadNewest(chat, top)
  }
  return { load: load(), unreadAfter }
}

/** Show what was kept of a place; without anything, wait for the network. */
async function restored(chat: PeerId, top: number): Promise<void> {
  if (!(await restoreChat(chat, top)) && isOnline()) await actions.loadNewest(chat, top)
}

export interface Opening {
  ready: boolean
  unreadAfter: number
  forgetLine: () => void // the line before unread messages goes
}

/** Load what a place needs first, and say where its unread messages begin; who looks away finds that line anew. */
export function useOpening(place: Place): Opening {
  const { chat, top, at } = place
  const [plan] = useState(() => planFor(place))
  const [ready, setReady] = useState(plan.load === null)
  const [unreadAfter, setUnreadAfter] = useState(plan.unreadAfter)
  useEffect(() => {
    let current = true
    if (plan.load !== null) {
      void attempt(plan.load).then(() => {
        if (current) setReady(true)
      })
    }
    return () => {
      current = false
    }
  }, [])
  useEffect(() => {
    if (at !== 0) wanted.value = { chat, id: at } // also where the place was open already
  }, [place])
  useEffect(
    () =>
      watch((event) => {
        if (event.type !== 'message' || !event.fresh || event.message.chat !== chat || top !== 0) return
        const { id, out } = event.message
        if (out) setUnreadAfter(0)
        else if (!document.hasFocus()) {
          const read = (dialogs.peek().byChat.get(chat)?.unread ?? 0) <= 1 // it is the first since one looked away
          if (read) setUnreadAfter(id - 1)
        }
      }),
    [chat, top],
  )
  return { ready, unreadAfter, forgetLine: () => setUnreadAfter(0) }
}
