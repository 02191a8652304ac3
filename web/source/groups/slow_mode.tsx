/** Slow mode: how long one waits before the next message. */

import { useEffect, useState } from 'preact/hooks'

import type { Peer } from '../model/types.ts'
import { full } from '../people/full.ts'
import { peer, watch } from '../store.ts'
import { Icon } from '../ui/icons.tsx'
import { duration } from '../ui/times.ts'
import { t } from '../words.ts'
import { isAdmin } from './rights.ts'

const sent = new Map<number, number>() // when I last wrote where, seconds of Unix time

watch((event) => {
  if (event.type !== 'sent' && event.type !== 'message') return
  const { chat, out, id, date } = event.message
  if (out && id > 0) sent.set(chat, Math.max(sent.get(chat) ?? 0, date))
})

/** Return how many seconds one has to wait before the next message; 0: none. `now`: seconds of Unix time. */
export function waitOf(where: Peer | undefined, now: number): number {
  if (where === undefined || where.slowMode !== true || isAdmin(where)) return 0
  const about = full(where.id).peek()
  const last = sent.get(where.id) ?? 0
  const due = Math.max(about?.slowUntil ?? 0, last === 0 ? 0 : last + (about?.slowMode ?? 0))
  return Math.max(0, Math.ceil(due - now))
}

/** The seconds that are left, counted down each second. */
export function useWait(chat: number): number {
  const where = peer(chat).value
  full(chat).value // drawn anew once it is known
  const [, tick] = useState(0)
  const left = waitOf(where, Date.now() / 1000)
  useEffect(() => {
    if (where?.slowMode !== true) return
    const timer = setInterval(() => tick((n) => n + 1), 1_000)
    return () => clearInterval(timer)
  }, [chat, where?.slowMode])
  return left
}

/** What stands in place of the button that sends. */
export function Clock({ left }: { left: number }) {
  const label = t('groups.slow.wait', { time: duration(left) })
  return (
    <span class="slow-clock" role="img" aria-label={label} title={label}>
      <Icon name="clock" />
      <span aria-hidden="true">{duration(left)}</span>
    </span>
  )
}
