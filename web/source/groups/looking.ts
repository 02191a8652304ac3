/** Looking into a channel or discussion one is not in: the server tells nothing of it by itself, so it is asked. */

import { useEffect } from 'preact/hooks'

import { link } from '../api.ts'
import { CHANNEL_OFFSET, type PeerId } from '../model/types.ts'
import { full } from '../people/full.ts'
import { peer } from '../store.ts'

/** Hear what is written where I only look, as long as it is open. */
export function useLooking(chat: PeerId): void {
  const where = peer(chat).value
  const outside = where?.left === true && where.forbidden !== true && chat < CHANNEL_OFFSET
  const known = full(chat).value !== null
  useEffect(() => {
    if (!outside || !known) return
    const channel = CHANNEL_OFFSET - chat
    const pts = full(chat).peek()?.pts ?? 0
    void link.ask('look', { channel, pts, open: true }).catch(() => undefined)
    return () => void link.ask('look', { channel, pts, open: false }).catch(() => undefined)
  }, [chat, outside, known])
}
