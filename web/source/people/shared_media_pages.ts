/** What was sent in a chat, by kind: read page by page, kept in step with what comes and goes. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputPeer, messagesOf } from '../api.ts'
import type { Message, PeerId } from '../model/types.ts'
import { watch } from '../store.ts'
import type * as api from '../translate/tl.ts'
import { attempt } from '../ui/refusals.ts'

const PAGE = 40 // messages asked for at once
const PAUSE_MS = 400 // after something came, before the counts are read anew

export const KINDS = ['media', 'files', 'links', 'voice', 'music'] as const
export type MediaKind = (typeof KINDS)[number]

const FILTERS: Record<MediaKind, api.MessagesFilter> = {
  media: { _: 'inputMessagesFilterPhotoVideo' },
  files: { _: 'inputMessagesFilterDocument' },
  links: { _: 'inputMessagesFilterUrl' },
  voice: { _: 'inputMessagesFilterRoundVoice' },
  music: { _: 'inputMessagesFilterMusic' },
}

/** How many messages of each kind a chat has; null until it is known. */
export function useCounts(chat: PeerId, top: number): Record<MediaKind, number> | null {
  const [counts, setCounts] = useState<Record<MediaKind, number> | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async (): Promise<void> => {
      const filters = KINDS.map((kind) => FILTERS[kind])
      const answer = await call({ _: 'messages.getSearchCounters', peer: inputPeer(chat), filters, ...(top === 0 ? {} : { topMsgId: top }) })
      const found = new Map(answer.map(({ filter, count }) => [filter._, count]))
      setCounts(Object.fromEntries(KINDS.map((kind) => [kind, found.get(FILTERS[kind]._) ?? 0])) as Record<MediaKind, number>)
    }
    void read().catch(() => undefined)
    const stop = watch((event) => {
      const came = (event.type === 'message' || event.type === 'sent') && event.message.chat === chat
      if (!came && event.type !== 'removed') return
      clearTimeout(timer)
      timer = setTimeout(() => void read().catch(() => undefined), PAUSE_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [chat, top])
  return counts
}

export interface Sent {
  messages: readonly Message[]
  complete: boolean
  more: () => void
}

/** The messages of a kind, newest first; `count` is how many there are, so that new ones are fetched. */
export function useSent(chat: PeerId, top: number, kind: MediaKind, count: number): Sent {
  const [messages, setMessages] = useState<readonly Message[]>([])
  const [complete, setComplete] = useState(false)
  const [busy, setBusy] = useState(false)
  const page = async (offsetId: number): Promise<Message[]> => {
    const answer = await call({
      _: 'messages.search',
      peer: inputPeer(chat),
      q: '',
      filter: FILTERS[kind],
      ...(top === 0 ? {} : { topMsgId: top }),
      minDate: 0,
      maxDate: 0,
      offsetId,
      addOffset: 0,
      limit: PAGE,
      maxId: 0,
      minId: 0,
      hash: 0n,
    })
    return messagesOf(answer)
  }
  useEffect(() => {
    let current = true
    void attempt(async () => {
      const first = await page(0)
      if (!current) return
      setMessages(first)
      setComplete(first.length < PAGE)
    })
    const stop = watch((event) => {
      if (event.type !== 'removed' || (event.chat !== null && event.chat !== chat)) return
      const gone = new Set(event.ids)
      setMessages((those) => those.filter(({ id }) => !gone.has(id)))
    })
    return () => {
      current = false
      stop()
    }
  }, [chat, top, kind, count])
  const more = (): void => {
    const last = messages.at(-1)
    if (busy || complete || last === undefined) return
    setBusy(true)
    void attempt(async () => {
      const next = await page(last.id)
      setMessages((those) => [...those, ...next.filter((one) => one.id < last.id)])
      setComplete(next.length < PAGE)
    }).then(() => setBusy(false))
  }
  return { messages, complete, more }
}
